-- Note that a member's record was opened, with the written reason. The same again changes nothing.
--
-- KEYS  1 looks of the member, 2 texts
-- ARGV  1 the look, 2 when, in milliseconds, 3 key of the reason, 4 the reason as a text, 5 most looks of one member
-- Returns 1 noted, 0 it was noted before, -1 there are as many as there may be (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

for i, kind in ipairs({ 'zset', 'hash' }) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a ' .. kind)
  end
end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then return -1 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
