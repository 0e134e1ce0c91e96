"""What a visitor's phone shows of a step: the card, the poll, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from dash import html
from dash.development.base_component import Component

from collectors.tours import PollState, Tour
from layouts.frame import Readings, data
from layouts.markup import markup
from layouts.tour.facts import FACTS, fact_now
from layouts.tour.pictures import PICTURES
from layouts.tour.script import Poll, Script, Step
from layouts.tour.wall import option_counts
from layouts.words import Words

LONG = 16
"""Signs of a number that is more of a sentence, and is set smaller."""


class PhonePoll(TypedDict):
    """`counts` and `right` are there only once the guide shows them."""

    step: int
    state: PollState
    question: str
    options: list[str]
    counts: NotRequired[list[int]]
    right: NotRequired[int]


class Phone(TypedDict):
    """`step` counts from 0; `html` is the card, drawn; `next` is the title of the step after."""

    step: int
    of: int
    pull: int
    title: str
    html: str
    next: str | None
    paused: bool
    poll: PhonePoll | None


def phone_of(script: Script, tour: Tour, counts: Mapping[int, int], readings: Readings, words: Words) -> Phone:
    """`counts` are the votes by option in the present step, `readings` those that visitors may see."""
    number = min(tour.step, len(script.steps) - 1)
    step = script.steps[number]
    more = number + 1 < len(script.steps)
    return {
        "step": number,
        "of": len(script.steps),
        "pull": tour.pull,
        "title": step.title.said(words),
        "html": markup(draw_step(step, readings, words)),
        "next": script.steps[number + 1].title.said(words) if more else None,
        "paused": tour.held is not None,
        "poll": phone_poll(step.poll, number, tour.poll, counts, words) if step.poll else None,
    }


def phone_poll(poll: Poll, step: int, state: PollState, counts: Mapping[int, int], words: Words) -> PhonePoll:
    each = option_counts(poll, counts)
    told: PhonePoll = {
        "step": step,
        "state": state,
        "question": poll.question.said(words),
        "options": [option.said(words) for option in poll.options],
    }
    if state == "shown":
        told["counts"] = each
        if poll.right is not None:
            told["right"] = poll.right
    return told


def draw_step(step: Step, readings: Readings, words: Words) -> list[Component]:
    """The card: title, text, drawing, numbers; tour.js keeps the numbers and counts their ages."""
    picture = step.phone.picture
    facts = [draw_fact(name, readings, words) for name in step.phone.facts]
    return [
        html.H1(step.title.said(words)),
        html.P(step.phone.text.said(words), className="text"),
        *([PICTURES[picture](words)] if picture else []),
        *([html.Dl(facts, className="facts")] if facts else []),
    ]


def draw_fact(name: str, readings: Readings, words: Words) -> Component:
    now = fact_now(name, readings, words)
    about = data(fact=name) | (data(stale="") if now["stale"] else {})
    about |= data(long="") if len(now["text"]) > LONG else {}
    return html.Div(
        [
            html.Dt(words[FACTS[name].words]),
            html.Dd([html.B(now["text"]), html.Span("", className="ago", **data(since=now["since"] or ""))]),
        ],
        **about,
    )


def draw_end(words: Words) -> list[Component]:
    """The card after a tour: nothing of it is kept, and the room goes on."""
    return [html.H1(words["tour_over"]), html.P(words["tour_over_text"], className="text")]
