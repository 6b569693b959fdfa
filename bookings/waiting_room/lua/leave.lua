-- Give a place back. ARGV: visitor (or blank: the account's), account, why. 1 if there was one.
local visitor = ARGV[1] ~= '' and known_as(ARGV[1]) or redis.call('HGET', PLACES, ARGV[2])
if not exists or not visitor then return 0 end
local had = 0
for _, line in ipairs({POOL, WAITING, AWAY, BACK, INSIDE}) do
    had = had + (redis.call('ZSCORE', line, visitor) and 1 or 0)
    if line ~= POOL or settings.sealed == 0 then redis.call('ZREM', line, visitor) end
end
if had > 0 then put_out(visitor, ARGV[3]) end
advance()
return had > 0 and 1 or 0
