-- All boards whose weeks were cut anew are filled: forget that, and let the ranks go that no week moves on from.
--
-- KEYS  1 recut, 2 … the ranks
-- ARGV  1 what recut said when the filling began
-- Returns 1, or 0 where recut says something else (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= 'hash' then
  return redis.error_reply('DAMAGED ' .. KEYS[1] .. ' is a ' .. found .. ', expected a hash')
end
if redis.call('HGET', KEYS[1], 'weeks') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'weeks')
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
return 1
