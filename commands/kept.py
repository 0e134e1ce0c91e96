"""The Redis where what is known is kept: the one that comes along, or another."""

from __future__ import annotations

import os

from collectors.embedded import EmbeddedRedis, EmbeddedRedisError
from collectors.store import is_address
from commands.surroundings import refuse, var


def embedded_redis() -> EmbeddedRedis:
    return EmbeddedRedis(var() / "redis")


async def store_url() -> str:
    """REDIS_URL, else the address of the embedded server, which is started if it does not run yet."""
    given = os.environ.get("REDIS_URL")
    if given:
        if not is_address(given):
            refuse("REDIS_URL: must be an address such as redis://127.0.0.1:6379/0 or unix:///run/redis.sock.")
        return given
    server = embedded_redis()
    try:
        await server.ensure()
    except EmbeddedRedisError as error:
        refuse(str(error))
    return server.url
