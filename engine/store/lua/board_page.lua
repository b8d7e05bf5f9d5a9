-- One page of a members' board.
--
-- KEYS  1 engine, 2 final, 3 board
-- ARGV  1 the board's field in final, 2 'offset' or 'after', 3 how many rows lie before | score of the last row seen,
--       4 '' | member of the last row seen, 5 most rows
-- Returns position, what final says or '', all rows, rows before, rows above the first one's score, rows with its
--   score, rows with the last one's score, member, score, member, score …

local board = KEYS[3]
local answer = { tonumber(redis.call('HGET', KEYS[1], 'position') or '0'), redis.call('HGET', KEYS[2], ARGV[1]) or '',
  redis.call('ZCARD', board) }
local start
if ARGV[2] == 'offset' then
  start = tonumber(ARGV[3])
elseif redis.call('ZSCORE', board, ARGV[4]) == ARGV[3] then
  start = redis.call('ZREVRANK', board, ARGV[4]) + 1
else
  start = redis.call('ZCOUNT', board, '(' .. ARGV[3], '+inf')
end
answer[4] = start
local rows = redis.call('ZREVRANGE', board, start, start + tonumber(ARGV[5]) - 1, 'WITHSCORES')
local first, last = rows[2], rows[#rows]
answer[5] = first and redis.call('ZCOUNT', board, '(' .. first, '+inf') or 0
answer[6] = first and redis.call('ZCOUNT', board, first, first) or 0
answer[7] = last and redis.call('ZCOUNT', board, last, last) or 0
for i = 1, #rows do answer[#answer + 1] = rows[i] end
return answer
