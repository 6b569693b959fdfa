-- A place that the checkpoint missed before Redis was lost, from a token signed before that.
-- ARGV: visitor, number, place (0: none yet), nonce, signed at, inside until (0: not inside).
-- 1 if it stands again. Who was inside and finds the house full stands first in line instead.
local visitor, number, place = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not exists or tonumber(ARGV[5]) >= settings.restored then return 0 end
if redis.call('HEXISTS', GONE, visitor) == 1 then return 0 end
local until_ = tonumber(ARGV[6])
if until_ > now then
    if redis.call('ZSCORE', INSIDE, visitor) then return 1 end
    if redis.call('ZSCORE', BACK, visitor) then place = stay_of(visitor) end
    for _, line in ipairs({WAITING, AWAY, BACK}) do
        if line ~= BACK then place = tonumber(redis.call('ZSCORE', line, visitor) or place) end
        redis.call('ZREM', line, visitor)
    end
    local is_full = redis.call('ZCARD', INSIDE) >= settings.most
    redis.call('HSET', STAYS, visitor, string.format('%.0f %.0f %d', place, is_full and 0 or now,
        is_full and 0 or 1))
    if is_full then
        redis.call('ZADD', BACK, 0, visitor)
        return 0
    end
    redis.call('ZADD', INSIDE, until_, visitor)
    write_down('in', visitor, now)
    return 1
end
for _, line in ipairs({POOL, WAITING, AWAY, BACK, INSIDE}) do
    if redis.call('ZSCORE', line, visitor) then return 0 end
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
