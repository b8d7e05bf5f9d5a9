-- The rows of some members of a members' board, of one team for example.
--
-- KEYS  1 engine, 2 final, 3 board
-- ARGV  1 the board's field in final, 2 … members
-- Returns position, what final says or '', score or '' of each member

local answer = { tonumber(redis.call('HGET', KEYS[1], 'position') or '0'), redis.call('HGET', KEYS[2], ARGV[1]) or '' }
for i = 2, #ARGV do answer[#answer + 1] = redis.call('ZSCORE', KEYS[3], ARGV[i]) or '' end
return answer
