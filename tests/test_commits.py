"""What many sources have to write at the same time: one transaction, made just before, and no other's fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from collectors.commits import Commits
from collectors.records import CollectError
from collectors.write import Write


def write(name: str) -> Write:
    return Write("traffic", name, {"x": "1"})


class Kept:
    """A store that only keeps the names of what was written together."""

    def __init__(self) -> None:
        self.together: list[list[str]] = []

    async def __call__(self, writes: Sequence[Write]) -> None:
        await asyncio.sleep(0)
        self.together.append([one.source for one in writes])


@asynccontextmanager
async def running(commits: Commits) -> AsyncIterator[None]:
    task = asyncio.create_task(commits.run())
    try:
        async with asyncio.timeout(10):
            yield
    finally:
        task.cancel()


async def test_what_comes_at_the_same_time_is_written_together_and_each_gets_its_own() -> None:
    kept = Kept()
    commits = Commits(kept)
    async with running(commits):
        found = await asyncio.gather(*(commits.write(lambda name=name: write(name)) for name in "abc"))  # type: ignore[misc]
    assert [one.source for one in found] == ["a", "b", "c"]
    assert kept.together == [["a", "b", "c"]]


async def test_one_that_cannot_be_made_is_its_own_fault_and_the_others_are_written() -> None:
    def broken() -> Write:
        raise CollectError("none of its rows could be read")

    kept = Kept()
    commits = Commits(kept)
    async with running(commits):
        found = await asyncio.gather(
            commits.write(lambda: write("a")),
            commits.write(broken),
            commits.write(lambda: write("c")),
            return_exceptions=True,
        )
    assert isinstance(found[1], CollectError)
    assert kept.together == [["a", "c"]]


async def test_nothing_is_made_for_whoever_has_ended() -> None:
    made: list[str] = []

    def make(name: str) -> Write:
        made.append(name)
        return write(name)

    kept = Kept()
    commits = Commits(kept)
    gone = asyncio.create_task(commits.write(lambda: make("gone")))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    async with running(commits):
        await commits.write(lambda: make("here"))
    assert made == ["here"]
    assert kept.together == [["here"]]
