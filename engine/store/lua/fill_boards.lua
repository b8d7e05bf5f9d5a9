-- Rows of boards whose weeks were cut anew, as long as this cut waits for them.
--
-- KEYS  1 recut, 2 … the boards
-- ARGV  1 what recut said when the filling began, 2 MessagePack: for each board [score, member, score, …]
-- Returns 1, or 0 where recut says something else (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

local SLICE = 1000

for i = 1, #KEYS do
  local found, kind = redis.call('TYPE', KEYS[i]).ok, i == 1 and 'hash' or 'zset'
  if found ~= 'none' and found ~= kind then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end
-- guard: cut
if redis.call('HGET', KEYS[1], 'weeks') ~= ARGV[1] then return 0 end
-- end guard
for i, rows in ipairs(cmsgpack.unpack(ARGV[2])) do
  for from = 1, #rows, SLICE do
    redis.call('ZADD', KEYS[i + 1], unpack(rows, from, math.min(from + SLICE - 1, #rows)))
  end
end
return 1
