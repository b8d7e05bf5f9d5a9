-- Forget bodies of deliveries: these, and those whose time is over. A delivery that waited for its mapping waits no more.
--
-- KEYS  1 the list of deliveries, 2 deliveries that wait, 3 others with a body, 4 bodies
-- ARGV  1 now, in milliseconds; 2 … ids whose bodies go whatever their time. An id begins with when the delivery came
-- Returns how many bodies went
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

for i, kind in ipairs({ 'zset', 'zset', 'zset', 'hash' }) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end

local gone = {}
for i = 2, #ARGV do gone[ARGV[i]] = true end
for _, key in ipairs({ KEYS[2], KEYS[3] }) do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', ARGV[1])) do gone[id] = true end
end
local count = 0
for id in pairs(gone) do
  if redis.call('ZREM', KEYS[2], id) == 1 then redis.call('ZADD', KEYS[1], tonumber(string.match(id, '^%d+')), id) end
  redis.call('ZREM', KEYS[3], id)
  count = count + redis.call('HDEL', KEYS[4], id)
end
return count
