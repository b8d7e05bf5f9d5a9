-- Pages of a closed board and the ranks on them, as long as nobody else has finished it.
--
-- KEYS  1 final, 2 pages, 3 ranks
-- ARGV  1 the board's field, 2 what final said when the pages were begun, 3 how many arguments of pages follow
--       4 … number of a page, page, …, then member, rank, member …
-- Returns 1, or 0 where final says something else (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

local SLICE = 1000

for i = 1, 3 do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= 'hash' then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a hash')
  end
end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
local ranks = 4 + tonumber(ARGV[3])
redis.call('HSET', KEYS[2], unpack(ARGV, 4, ranks - 1))
for from = ranks, #ARGV, SLICE do
  redis.call('HSET', KEYS[3], unpack(ARGV, from, math.min(from + SLICE - 1, #ARGV)))
end
return 1
