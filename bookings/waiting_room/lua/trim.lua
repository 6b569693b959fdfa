-- Drop what is written down, once. ARGV: how many records had been dropped when these were read, and
-- how many these are. 0 where somebody else has dropped them.
if tonumber(redis.call('HGET', ROOM, 'written') or 0) ~= tonumber(ARGV[1]) then return 0 end
redis.call('LTRIM', JOURNAL, ARGV[2], -1)
redis.call('HINCRBY', ROOM, 'written', ARGV[2])
return 1
