"""How a tour stands, as the guide's page is told once a second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from collectors.times import iso
from collectors.tours import PollState, Tour
from dashboards.live import Hub
from layouts.needs import needs
from layouts.tour.script import Poll
from layouts.tour.wall import option_counts
from layouts.words import Words


class LaterStep(TypedDict):
    """A step that is still to come; `n` counts from 1."""

    n: int
    title: str
    minutes: float


class GuideOption(TypedDict):
    text: str
    count: int


class GuidePoll(TypedDict):
    """The poll of the present step; the guide sees the counts before anybody else. `right` is from 0, None for a poll
    without a right answer."""

    state: PollState
    question: str
    options: list[GuideOption]
    votes: int
    right: int | None


class GuideState(TypedDict):
    """`step` counts from 0. `planned` and `spent` are the step's seconds, `whole` what is planned for all
    steps; `at` is the server's time, `began` and `ends` are the tour's. `handed`: the operators have the screens.
    `alarm` is what the city needs of a human now, None for nothing."""

    code: str
    script: str
    name: str
    language: str
    screens: list[str]
    step: int
    of: int
    title: str
    notes: list[str]
    planned: float
    spent: float
    whole: float
    at: str
    began: str
    ends: str
    paused: bool
    handed: bool
    pull: int
    replay: bool
    later: list[LaterStep]
    poll: GuidePoll | None
    joined: int
    looking: int
    alarm: str | None
    address: str


def guide_state(hub: Hub, tour: Tour, votes: Mapping[int, int], words: Words, now: datetime) -> GuideState:
    """`votes` are those of the present step by option. The alarm is told as visitors may hear it: they look over the
    guide's shoulder."""
    script = hub.touring.script_of(tour)
    number = min(tour.step, len(script.steps) - 1)
    step = script.steps[number]
    alarms = [need for need in needs(hub.pictures.for_audience("visitor"), words) if need.level == "alarm"]
    return {
        "code": tour.code,
        "script": tour.script,
        "name": script.name.said(words),
        "language": tour.language,
        "screens": list(tour.screens),
        "step": number,
        "of": len(script.steps),
        "title": step.title.said(words),
        "notes": step.say.said(words),
        "planned": step.minutes * 60,
        "spent": round(tour.spent(now), 1),
        "whole": script.minutes * 60,
        "at": iso(now),
        "began": iso(tour.began),
        "ends": iso(tour.ends),
        "paused": tour.held is not None,
        "handed": tour.handed,
        "pull": tour.pull,
        "replay": step.wall.replay is not None,
        "later": [
            {"n": i + 1, "title": one.title.said(words), "minutes": one.minutes}
            for i, one in enumerate(script.steps)
            if i > number
        ],
        "poll": guide_poll(step.poll, tour.poll, votes, words) if step.poll else None,
        "joined": hub.joined().get(tour.code, 0),
        "looking": hub.looking(tour.code),
        "alarm": alarms[0].head if alarms else None,
        "address": f"{hub.touring.site}/t",
    }


def guide_poll(poll: Poll, state: PollState, votes: Mapping[int, int], words: Words) -> GuidePoll:
    each = option_counts(poll, votes)
    return {
        "state": state,
        "question": poll.question.said(words),
        "options": [
            {"text": option.said(words), "count": count} for option, count in zip(poll.options, each, strict=True)
        ],
        "votes": sum(each),
        "right": poll.right,
    }
