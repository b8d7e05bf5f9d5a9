-- Note a delivery, or what became of it the second time; and drop those that are too many or too old.
--
-- KEYS  1 rows, 2 the list that it belongs into, 3 deliveries that wait, 4 others with a body, 5 bodies
-- ARGV  1 id, 2 when it came, 3 its row, 4 its body or nothing, 5 until when the body is kept, 6 1 if it waits
--       7 most rows of the list, 8 rows of the list that came before this are dropped
--       9 most bodies, 10 most bytes of all bodies
-- Returns 1 noted, 0 noted without the body for which there was no room,
--         -1 it waits and there was no room (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

local SLICE = 1000

for i, kind in ipairs({ 'hash', 'zset', 'zset', 'zset', 'hash' }) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end

local id, body, waits, answer = ARGV[1], ARGV[4], ARGV[6] == '1', 1
if body ~= '' then
  local bytes, count = #body, 1
  for _, other in ipairs(redis.call('HKEYS', KEYS[5])) do
    if other ~= id then
      bytes = bytes + redis.call('HSTRLEN', KEYS[5], other)
      count = count + 1
    end
  end
  if count > tonumber(ARGV[9]) or bytes > tonumber(ARGV[10]) then
    if waits then return -1 end
    body, answer = '', 0
  end
end

for i = 2, 4 do redis.call('ZREM', KEYS[i], id) end
redis.call('HSET', KEYS[1], id, ARGV[3])
if waits then redis.call('ZADD', KEYS[3], ARGV[5], id) else redis.call('ZADD', KEYS[2], ARGV[2], id) end
if body == '' then
  redis.call('HDEL', KEYS[5], id)
else
  redis.call('HSET', KEYS[5], id, body)
  if not waits then redis.call('ZADD', KEYS[4], ARGV[5], id) end
end

local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[8])
local beyond = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[7])
if beyond > #gone then gone = redis.call('ZRANGE', KEYS[2], 0, beyond - 1) end
for from = 1, #gone, SLICE do
  local last = math.min(from + SLICE - 1, #gone)
  redis.call('HDEL', KEYS[1], unpack(gone, from, last))
  redis.call('HDEL', KEYS[5], unpack(gone, from, last))
  redis.call('ZREM', KEYS[2], unpack(gone, from, last))
  redis.call('ZREM', KEYS[4], unpack(gone, from, last))
end
return answer
