-- A place that the checkpoint missed before Redis was lost, from a token signed before that.
-- ARGV: visitor, number, place (0: none yet), nonce, signed at, inside until (0: not inside).
-- 1 if it stands again.
local visitor, number, place = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not exists or tonumber(ARGV[5]) >= settings.restored then return 0 end
if redis.call('HEXISTS', GONE, visitor) == 1 then return 0 end
for _, line in ipairs({POOL, WAITING, AWAY, BACK, INSIDE}) do
    if redis.call('ZSCORE', line, visitor) then return 0 end
end
local until_ = tonumber(ARGV[6])
if until_ > now then
    redis.call('ZADD', INSIDE, until_, visitor)
    redis.call('HSET', STAYS, visitor, string.format('%.0f %.0f 1', place, now))
    write_down('in', visitor, now)
    return 1
end
local in_draw = place == 0 and settings.opens > 0 and settings.sealed == 0
if place == 0 and not in_draw then place = LATE + number end
if in_draw then
    redis.call('ZADD', POOL, number, visitor)
    redis.call('HSET', NONCES, visitor, ARGV[4])
else
    redis.call('ZADD', WAITING, place, visitor)
end
write_down('join', visitor, now, string.format('%.0f', number), in_draw and 1 or 0,
    string.format('%.0f', place), ARGV[4])
return 1
