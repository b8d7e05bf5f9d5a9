-- Note up to which week a member was told by mail, if there still is somebody who chose that.
--
-- KEYS  1 notices, 2 digests
-- ARGV  1 the member, 2 the first day of that week
-- Returns 1 done, 0 nobody has chosen anything (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

for i = 1, 2 do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= 'hash' then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a hash')
  end
end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
