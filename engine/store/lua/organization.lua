-- Set the row of an organization, if it is what the caller thinks.
--
-- KEYS  1 organizations
-- ARGV  1 name, 2 the row as it was read ("" for a new one), 3 the row to be, 4 how many there may be
-- Returns 1 done, 0 it is something else, 2 there are as many as there may be
-- Answers DAMAGED and changes nothing where the key is of a wrong type.

local found = redis.call('TYPE', KEYS[1]).ok
if found ~= 'none' and found ~= 'hash' then
  return redis.error_reply('DAMAGED ' .. KEYS[1] .. ' is a ' .. found .. ', expected a hash')
end
local held = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if held ~= ARGV[2] then return 0 end
if held == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 2 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
