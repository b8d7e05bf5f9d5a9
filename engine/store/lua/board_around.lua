-- A member's own place on a members' board and the rows around it.
--
-- KEYS  1 engine, 2 final, 3 board
-- ARGV  1 the board's field in final, 2 member, 3 the member's score if the board does not show them,
--       4 most rows before, 5 most rows together (0: none)
-- Returns position, what final says or '', all rows, rows before, rows above the first one's score, rows with its
--   score, rows with the last one's score, the member's score, 1 if shown else 0, rows above the member's score, rows
--   with the member's score, the next higher score or '', member, score, member, score …

local board = KEYS[3]
local shown = redis.call('ZSCORE', board, ARGV[2])
local score = shown or ARGV[3]
local above = redis.call('ZCOUNT', board, '(' .. score, '+inf')
local higher = redis.call('ZRANGEBYSCORE', board, '(' .. score, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local at = shown and redis.call('ZREVRANK', board, ARGV[2]) or above
local start = math.max(0, at - tonumber(ARGV[4]))
local rows = {}
if tonumber(ARGV[5]) > 0 then
  rows = redis.call('ZREVRANGE', board, start, start + tonumber(ARGV[5]) - 1, 'WITHSCORES')
end
local first, last = rows[2], rows[#rows]
local answer = { tonumber(redis.call('HGET', KEYS[1], 'position') or '0'), redis.call('HGET', KEYS[2], ARGV[1]) or '',
  redis.call('ZCARD', board), start, first and redis.call('ZCOUNT', board, '(' .. first, '+inf') or 0,
  first and redis.call('ZCOUNT', board, first, first) or 0, last and redis.call('ZCOUNT', board, last, last) or 0,
  score, shown and 1 or 0, above, redis.call('ZCOUNT', board, score, score), higher[2] or '' }
for i = 1, #rows do answer[#answer + 1] = rows[i] end
return answer
