"""The drawings of a tour: shapes that the wall uses, each with its word, so that whoever saw them can read the wall."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dash import html
from dash.development.base_component import Component

from layouts.frame import icon
from layouts.tour.script import Picture
from layouts.words import Words


def row(shape: str, key: str, words: Words, classes: str = "") -> Component:
    return html.Li(
        [icon(shape), html.Div([html.B(words[f"tour_{key}"]), html.Span(words[f"tour_{key}_text"])])], className=classes
    )


def report(words: Words) -> Component:
    """One report's way, from the first to the last."""
    steps = [
        row("c-unknown", "report_sent", words),
        row("c-waiting", "report_waiting", words, "red"),
        row("c-in_progress", "report_in_progress", words, "yellow"),
        row("c-done", "report_done", words, "green"),
    ]
    return html.Ol(steps, className="way")


def age(words: Words) -> Component:
    """How a number grows old."""
    return html.Ol(
        [row(shape, f"age_{shape}", words, classes) for shape, classes in AGES],
        className="way ages",
    )


AGES = (("live", ""), ("late", "doubt"), ("stale", "doubt"), ("never", "doubt"))


def siaga(words: Words) -> Component:
    """The four steps of a flood warning, the gravest on top, as on a post in the river."""
    steps = [
        html.Li([html.B(words.fill("siaga", n=number)), html.Span(words[f"tour_siaga_{number}"])])
        for number in (1, 2, 3, 4)
    ]
    return html.Ol(steps, className="post")


PICTURES: Mapping[Picture, Callable[[Words], Component]] = {"report": report, "age": age, "siaga": siaga}
