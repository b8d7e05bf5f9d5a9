-- Set how far a subscription is, and note the tries that led there, if nothing has changed since it was read.
--
-- KEYS  1 outbox, 2 newest tries of the subscription
-- ARGV  1 id of the subscription, 2 epoch of the worker, empty for anybody else, 3 the lane as it was read,
--       4 the lane, 5 most tries that are kept, 6… tries, the oldest first
-- Returns 1 done, 0 the lane is not as it was read, -1 another worker has taken over; nothing was changed by the last two
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

for i, kind in ipairs({ 'hash', 'list' }) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end
local field = 'l:' .. ARGV[1]
local held = redis.call('HMGET', KEYS[1], 'epoch', field)
if ARGV[2] ~= '' and ARGV[2] ~= held[1] then return -1 end
if held[2] ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], field, ARGV[4])
for i = 6, #ARGV do redis.call('LPUSH', KEYS[2], ARGV[i]) end
if #ARGV > 5 then redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[5]) - 1) end
return 1
