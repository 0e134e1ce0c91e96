"""What a screen shows beside its tiles while a tour has it: where the tour is, how to join, and the poll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from collectors.tours import Tour
from layouts.tour.script import Poll, Script
from layouts.words import Words


class Choice(TypedDict):
    """An option; how many chose it, and which share of all, only once that is shown."""

    text: str
    count: int | None
    share: float | None


class WallPoll(TypedDict):
    question: str
    options: list[Choice]
    shown: bool
    votes: int
    right: int | None


class Wall(TypedDict):
    """`n` counts from 1. `address` is what visitors type, `qr` the picture that holds it."""

    code: str
    address: str
    qr: str
    n: int
    of: int
    title: str
    joined: int
    poll: WallPoll | None


def wall_of(script: Script, tour: Tour, counts: Mapping[int, int], joined: int, words: Words, site: str) -> Wall:
    """`counts` are the votes by option in the present step, `site` is where phones find this program."""
    step = script.step(tour.step)
    return {
        "code": tour.code,
        "address": f"{site}/t/{tour.code}",
        "qr": f"/qr/tour/{tour.code}.svg",
        "n": min(tour.step, len(script.steps) - 1) + 1,
        "of": len(script.steps),
        "title": step.title.said(words),
        "joined": joined,
        "poll": wall_poll(step.poll, counts, tour.poll == "shown", words) if tour.poll != "closed" else None,
    }


def wall_poll(poll: Poll | None, counts: Mapping[int, int], shown: bool, words: Words) -> WallPoll | None:
    """The poll of a step; None where it has none."""
    if poll is None:
        return None
    each = option_counts(poll, counts)
    votes = sum(each)
    options: list[Choice] = [
        {
            "text": option.said(words),
            "count": count if shown else None,
            "share": round(count / votes, 4) if shown and votes else None,
        }
        for option, count in zip(poll.options, each, strict=True)
    ]
    return {
        "question": poll.question.said(words),
        "options": options,
        "shown": shown,
        "votes": votes,
        "right": poll.right if shown else None,
    }


def option_counts(poll: Poll, counts: Mapping[int, int]) -> list[int]:
    """The votes of each option there is; a vote for one that there is not counts for nothing."""
    return [counts.get(number, 0) for number in range(len(poll.options))]
