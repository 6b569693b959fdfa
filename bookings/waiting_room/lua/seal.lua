-- Close the list of the draw: whoever joins from now on stands behind it. Its length.
redis.call('HSET', ROOM, 'sealed', 1)
return redis.call('ZCARD', POOL)
