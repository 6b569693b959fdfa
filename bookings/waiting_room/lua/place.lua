-- Move the drawn from the pool into the line. ARGV: visitor, place, visitor, place, …
for index = 1, #ARGV, 2 do
    local visitor = ARGV[index]
    if redis.call('ZREM', POOL, visitor) == 1 and redis.call('HEXISTS', GONE, visitor) == 0 then
        redis.call('ZADD', WAITING, ARGV[index + 1], visitor)
    end
end
return redis.call('ZCARD', WAITING)
