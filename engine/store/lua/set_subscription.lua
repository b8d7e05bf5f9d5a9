-- Set a subscription, new or as it was read; a new one with its lane.
--
-- KEYS  1 outbox
-- ARGV  1 id, 2 the subscription, 3 the subscription as it was read, empty for a new one, 4 the lane of a new one,
--       5 how many there may be
-- Returns 1 done, 0 it is not as it was read, -1 there are as many as there may be; nothing was changed by the last two
-- Answers DAMAGED and changes nothing where the key is of a wrong type.

local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= 'hash' then
  return redis.error_reply('DAMAGED ' .. KEYS[1] .. ' is a ' .. found .. ', expected a hash')
end
local field = 's:' .. ARGV[1]
local held = redis.call('HGET', KEYS[1], field)
if ARGV[3] ~= '' then
  if held ~= ARGV[3] then return 0 end
  redis.call('HSET', KEYS[1], field, ARGV[2])
  return 1
end
if held then return 0 end
local count = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 2) == 's:' then count = count + 1 end
end
if count >= tonumber(ARGV[5]) then return -1 end
redis.call('HSET', KEYS[1], field, ARGV[2], 'l:' .. ARGV[1], ARGV[4])
return 1
