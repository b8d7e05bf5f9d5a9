-- What is needed to score the teams, departments or countries of a board.
--
-- KEYS  1 engine, 2 final, 3 units, 4 states
-- ARGV  1 the board's field in final
-- Returns position, what final says or '', how many have joined now (the state `n`) or '', unit, sums, unit, sums …

local answer = { tonumber(redis.call('HGET', KEYS[1], 'position') or '0'), redis.call('HGET', KEYS[2], ARGV[1]) or '',
  redis.call('HGET', KEYS[4], 'n') or '' }
local rows = redis.call('HGETALL', KEYS[3])
for i = 1, #rows do answer[#answer + 1] = rows[i] end
return answer
