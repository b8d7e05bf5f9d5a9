-- Make the caller the one engine of this log.
--
-- KEYS  1 engine
-- Returns epoch, position, tail, how many engines in a row have started at this position
-- Answers DAMAGED and changes nothing where the key is of a wrong type.

local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= 'hash' then
  return redis.error_reply('DAMAGED ' .. KEYS[1] .. ' is a ' .. found .. ', expected a hash')
end
local held = redis.call('HMGET', KEYS[1], 'epoch', 'position', 'tail', 'tried_at', 'tries')
local epoch, position = tonumber(held[1] or '0') + 1, held[2] or '0'
local tries = held[4] == position and tonumber(held[5] or '0') + 1 or 1
redis.call('HSET', KEYS[1], 'epoch', epoch, 'position', position, 'tried_at', position, 'tries', tries)
return { epoch, tonumber(position), held[3] or '', tries }
