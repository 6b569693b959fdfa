-- One place per account, its best. ARGV: visitor (blank: none), account. The visitor that counts
-- from now on; where this one is nobody's or somebody else's, the account's own, blank for none.
if not exists then return ARGV[1] end
local visitor, account = known_as(ARGV[1]), ARGV[2]
local owner = redis.call('HGET', OWNERS, visitor)
if ARGV[1] == '' or (owner and owner ~= account) then
    local own = redis.call('HGET', PLACES, account)
    return own and redis.call('HEXISTS', GONE, own) == 0 and own or ''
end

-- The lower the better: inside, back at the front, in line, in the pool, nowhere.
local function worth(one)
    if redis.call('ZSCORE', INSIDE, one) then return -2 end
    local pool = redis.call('ZSCORE', POOL, one)
    if pool then return pool - LATE end
    for _, line in ipairs({BACK, AWAY, WAITING}) do
        local place = redis.call('ZSCORE', line, one)
        if place then return line == BACK and stay_of(one) or tonumber(place) end
    end
    return math.huge
end

local best, other = visitor, redis.call('HGET', PLACES, account)
if other and other ~= visitor then
    local own, others = worth(visitor), worth(other)
    local worse
    if tonumber(others) < tonumber(own) then best, worse = other, visitor else worse = other end
    if math.max(tonumber(own), tonumber(others)) < math.huge then
        for _, line in ipairs({POOL, WAITING, AWAY, BACK}) do
            if line ~= POOL or settings.sealed == 0 then redis.call('ZREM', line, worse) end
        end
        put_out(worse, 'merged')
        redis.call('HSET', ALIASES, worse, best)
    end
end
if redis.call('HGET', OWNERS, best) ~= account then
    redis.call('HSET', OWNERS, best, account)
    write_down('owner', best, now, account)
end
redis.call('HSET', PLACES, account, best)
return best
