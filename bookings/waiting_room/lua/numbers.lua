-- Live numbers for staff, after giving back and letting in what is due.
if not exists then return {} end
advance()
return {redis.call('ZCARD', POOL), redis.call('ZCARD', WAITING), redis.call('ZCARD', AWAY),
    redis.call('ZCARD', BACK), redis.call('ZCARD', INSIDE),
    redis.call('HGET', ROOM, 'admitted') or '0', redis.call('HGET', ROOM, 'number') or '0',
    redis.call('HGET', ROOM, 'rate') or '0', redis.call('HGET', ROOM, 'most') or '0',
    redis.call('HGET', ROOM, 'flow') or '0', redis.call('LLEN', JOURNAL),
    settings.drawn, settings.sealed}
