-- A closed board's pages are written: say so, and let its sorted set and sums go.
--
-- KEYS  1 final, 2 flagged, 3 … what goes
-- ARGV  1 the board's field, 2 what final said when the pages were begun, 3 what it is to say
-- Returns 1, or 0 where final says something else (nothing was changed)
-- Answers DAMAGED and changes nothing where a key is of a wrong type.

for i = 1, 2 do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= 'hash' then
    return redis.error_reply('DAMAGED ' .. KEYS[i] .. ' is a ' .. found .. ', expected a hash')
  end
end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HDEL', KEYS[2], ARGV[1])
for i = 3, #KEYS do redis.call('UNLINK', KEYS[i]) end
return 1
