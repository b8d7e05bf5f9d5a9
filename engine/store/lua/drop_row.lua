-- Take a row of a hash away where it still is what was read.
--
-- KEYS  1 the hash
-- ARGV  1 the field, 2 the row as it was read
-- Returns 1, or 0 where the row is another one or gone (nothing was changed)
-- Answers DAMAGED and changes nothing where the key is of a wrong type.

local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= 'hash' then
  return redis.error_reply('DAMAGED ' .. KEYS[1] .. ' is a ' .. found .. ', expected a hash')
end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
