-- Take a place. ARGV: visitor, nonce.
if not exists then return nobody('lost') end
local visitor = known_as(ARGV[1])
local found = standing(visitor)
if found[1] == 'gone' then return found end
if found[1] == 'unknown' and not redis.call('ZSCORE', AWAY, visitor) then
    if settings.closed == 1 then return nobody('closed') end
    if now < settings.joins_from then return nobody('early') end
    local number = redis.call('HINCRBY', ROOM, 'number', 1)
    local in_draw = settings.opens > now and settings.sealed == 0
    if in_draw then
        redis.call('ZADD', POOL, number, visitor)
        redis.call('HSET', NONCES, visitor, ARGV[2])
    else
        redis.call('ZADD', WAITING, LATE + number, visitor)
    end
    write_down('join', visitor, now, string.format('%.0f', number), in_draw and 1 or 0,
        string.format('%.0f', in_draw and 0 or LATE + number), ARGV[2])
end
note_presence(visitor, 0)
advance()
found = standing(visitor)
found[#found + 1] = redis.call('HGET', ROOM, 'number')
return found
