-- Set what a member chose to be told by mail, unless they were erased; and up to which week they need nothing.
--
-- KEYS  1 directory, 2 notices, 3 digests
-- ARGV  1 the member, 2 the choice, 3 the first day of that week
-- Returns 1 done, 0 nobody has this id (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

for i = 1, 3 do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= 'hash' then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a hash')
  end
end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
local told = tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or '')
if not told or told < tonumber(ARGV[3]) then redis.call('HSET', KEYS[3], ARGV[1], ARGV[3]) end
return 1
