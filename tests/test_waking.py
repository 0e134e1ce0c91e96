"""Many sources are woken together, never early, and late by less than anyone would notice."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from collectors.waking import TOGETHER, Waking, wake_at


@given(st.floats(0, 1e8), st.floats(0.05, 86_400))
def test_nobody_is_woken_early_or_noticeably_late(due: float, every: float) -> None:
    assert 0 <= wake_at(due, every) - due <= min(TOGETHER, every / 20) + 1e-6


def test_whoever_is_due_at_about_the_same_time_is_woken_at_the_same() -> None:
    assert len({wake_at(1000 + number / 1000, 30.0) for number in range(1, 100)}) == 1


async def test_all_are_woken_but_those_that_have_given_up_or_were_called() -> None:
    waking, now = Waking(), asyncio.get_running_loop().time()
    sleepers = [waking.at(now + number / 1000, 30.0) for number in range(50)]
    sleepers[0].cancel()
    sleepers[1].set_result(None)
    async with asyncio.timeout(10):
        await asyncio.gather(*sleepers[1:])
