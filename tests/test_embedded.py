"""The Redis that comes with the program: one per data folder, and what it was told survives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from collectors.embedded import EmbeddedRedis, EmbeddedRedisError


@contextlib.contextmanager
def embedded(folder: Path) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(folder)
    try:
        yield server
    finally:
        server.stop()


@contextlib.asynccontextmanager
async def client(server: EmbeddedRedis) -> AsyncIterator[Redis]:
    async with Redis.from_url(server.url) as redis:
        yield redis


async def pid(server: EmbeddedRedis) -> int:
    async with client(server) as redis:
        return int((await redis.info("server"))["process_id"])


async def test_it_starts_and_answers_on_a_socket_of_its_own(tmp_path: Path) -> None:
    with embedded(tmp_path / "redis") as server:
        assert await server.state() == "silent"
        await server.ensure()
        assert await server.state() == "up"
        async with client(server) as redis:
            assert (await redis.config_get("port"))["port"] == "0"
            assert (await redis.config_get("appendonly"))["appendonly"] == "yes"
        assert oct((tmp_path / "redis").stat().st_mode)[-3:] == "700"


async def test_a_running_server_is_adopted(tmp_path: Path) -> None:
    with embedded(tmp_path) as first:
        await first.ensure()
        second = EmbeddedRedis(tmp_path)
        await second.ensure()
        assert second.process is None
        assert await pid(first) == await pid(second)


async def test_many_starters_at_once_give_one_server(tmp_path: Path) -> None:
    each = [EmbeddedRedis(tmp_path) for _ in range(5)]
    try:
        await asyncio.gather(*(server.ensure() for server in each))
        assert sum(server.process is not None for server in each) == 1
        assert len({await pid(server) for server in each}) == 1
    finally:
        for server in each:
            server.stop()


async def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        await server.ensure()
        async with client(server) as redis:
            for number in range(200):
                await redis.set(f"key{number}", number)
        os.kill(await pid(server), signal.SIGKILL)
        await server.ensure()
        async with client(server) as redis:
            assert await redis.dbsize() == 200


async def test_a_server_that_hangs_is_never_joined_by_a_second_on_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.embedded.START_SECONDS", 1.0)
    with embedded(tmp_path) as server:
        await server.ensure()
        first = await pid(server)
        os.kill(first, signal.SIGSTOP)
        try:
            other = EmbeddedRedis(tmp_path)
            with pytest.raises(EmbeddedRedisError, match="lives but does not answer; end it first"):
                await other.ensure()
            assert other.process is None
        finally:
            os.kill(first, signal.SIGCONT)
        await other.ensure()
        assert await pid(other) == first


async def test_it_is_kept_running(tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        await server.ensure()
        keeping = asyncio.create_task(server.keep())
        first = await pid(server)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(10):
            while await server.state() != "up":
                await asyncio.sleep(0.01)
        assert await pid(server) != first
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


async def test_a_stop_ends_it_and_keeps_the_data(tmp_path: Path) -> None:
    with embedded(tmp_path) as server:
        await server.ensure()
        async with client(server) as redis:
            await redis.set("kept", "1")
        server.stop()
        assert await server.state() == "silent"
        server.stop()
        await server.ensure()
        async with client(server) as redis:
            assert await redis.get("kept") == b"1"


async def test_data_of_another_server_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "SERVER").write_text("redis-7\n")
    with embedded(tmp_path) as server, pytest.raises(EmbeddedRedisError) as caught:
        await server.ensure()
    assert str(caught.value) == (
        f"{tmp_path} was written by redis-7, and this is valkey-9; their files do not fit. "
        "Move the folder away, or run with redis-7."
    )


async def test_data_of_an_unknown_server_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dump.rdb").write_bytes(b"REDIS0011")
    with embedded(tmp_path) as server, pytest.raises(EmbeddedRedisError) as caught:
        await server.ensure()
    assert str(caught.value) == (
        f"{tmp_path} holds data of an unknown server (no file SERVER). Move the folder away, or set REDIS_URL."
    )
    assert not (tmp_path / "SERVER").exists()


async def test_a_server_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "SERVER").write_text("valkey-9\n")
    (tmp_path / "appendonlydir").write_text("in the way")
    with embedded(tmp_path) as server, pytest.raises(EmbeddedRedisError, match=r"did not start on .*: .+appendonlydir"):
        await server.ensure()


async def test_a_folder_with_a_long_path_works_and_still_has_one_server(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "redis"
    with embedded(folder) as server:
        await server.ensure()
        assert len(str(server.socket)) < 108
        assert await pid(EmbeddedRedis(folder)) == await pid(server)
