-- The gate: may this account reserve with this visitor's pass? ARGV: visitor, account, hold in ms.
-- {ok, lost, gone, outside or other; 1 if this bound it; when Redis was last refilled}
if not exists then return {'lost', 0, 0} end
give_back_idle_places()
local visitor, account = known_as(ARGV[1]), ARGV[2]
local owner = redis.call('HGET', OWNERS, visitor)
if owner and owner ~= account then return {'other', 0, 0} end
if redis.call('HEXISTS', GONE, visitor) == 1 then return {'gone', 0, 0} end
local deadline = redis.call('ZSCORE', INSIDE, visitor)
if not deadline or tonumber(deadline) <= now then
    return {'outside', 0, settings.restored}
end
local other = redis.call('HGET', PLACES, account)
if other and other ~= visitor and redis.call('ZSCORE', INSIDE, other) then
    put_out(other, 'merged')  -- one place inside for one account
end
redis.call('HSET', OWNERS, visitor, account)
redis.call('HSET', PLACES, account, visitor)
stay_longer(visitor, tonumber(ARGV[3]))
if not owner then write_down('owner', visitor, now, account) end
return {'ok', owner and 0 or 1, settings.restored}
