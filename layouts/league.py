"""/owners: the month's league of owners by the reliability of their sources, and the way to every agency's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from dash import html
from dash.development.base_component import Component

from collectors.reliability import Day, summed
from layouts.card import Visit
from layouts.frame import icon
from layouts.paper import aria, cell, full, paper, two
from layouts.words import UNKNOWN, Words

FEW_SECONDS = 86_400.0
FEW_ASKS = 30
LEGEND = ("fresh", "late", "gone")
DEFINED = ("def_fresh", "def_late", "def_available", "def_answers", "def_rejects", "def_observed", "def_shares")


@dataclass(frozen=True, slots=True)
class Standing:
    """One owner's month: how many sources were counted, and what their days add up to."""

    slug: str
    name: str
    sources: int
    total: Day

    @property
    def fresh(self) -> float:
        return self.total.seconds.get("live", 0.0)

    @property
    def late(self) -> float:
        return self.total.seconds.get("late", 0.0) + self.total.seconds.get("stale", 0.0)

    @property
    def observed(self) -> float:
        return self.total.observed()

    @property
    def small(self) -> bool:
        """Whether so little is known that a rank would be chance."""
        return self.observed < FEW_SECONDS or self.total.asked < FEW_ASKS


@dataclass(frozen=True, slots=True)
class Agency:
    """What one owner has: sources, applications, and reports that wait (None: not known)."""

    slug: str
    name: str
    sources: int
    applications: int
    waiting: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the city's: its first day, the next one's, and the months that may be chosen beside it."""

    first: date
    end: date
    running: bool
    before: str | None
    after: str | None
    this: str

    @property
    def text(self) -> str:
        return self.first.isoformat()[:7]


def ranked(standings: Sequence[Standing]) -> list[Standing]:
    """Those of whom enough is known, the least fresh first."""
    enough = [one for one in standings if not one.small]
    return sorted(enough, key=lambda one: (one.fresh / one.observed, one.name))


def draw_league(
    standings: Sequence[Standing] | None, agencies: Sequence[Agency], month: Month, demo: bool, visit: Visit
) -> list[Component]:
    """`standings` None: they could not be read."""
    words = visit.words
    title = html.Section(
        [html.H1(words["league"]), html.P(words["league_why"], className="why"), months(month, visit)],
        className="title league-title",
    )
    if standings is None:
        block: Component = html.P([icon("never"), words["store_silent"]], className="missing")
    elif not standings:
        block = html.P([icon("never"), words["month_empty"]], className="missing")
    else:
        block = league_table(standings, words)
    legend = html.P([html.Span([html.I(className=one), words[f"key_{one}"]]) for one in LEGEND], className="bar-key")
    defined = html.Section(
        [html.H2(words["defined"]), html.Ul([html.Li(words[key]) for key in DEFINED])], className="defined"
    )
    everyone = html.Section(
        [
            html.H2(words["everyone"]),
            html.P(words["everyone_why"], className="why"),
            html.Ul([html.Li(agency(one, words)) for one in agencies], className="agencies"),
        ],
        className="block everyone",
    )
    part = html.Section([legend if standings else None, block, defined], className="block league-block")
    body = [title, part, everyone]
    machine = f"/api/v1/reliability?month={month.text}"
    return paper(body, "/owners", f"month={month.text}", demo, machine, visit)


def months(month: Month, visit: Visit) -> Component:
    words = visit.words
    name = format_date(month.first, "MMMM y", locale=words.language)
    until = words.fill("month_running", time=full(visit.at, words)) if month.running else None

    def to(other: str | None, key: str, sign: str) -> Component:
        if other is None:
            return html.Span(sign, className="step", **aria(hidden="true"))
        return html.A(
            sign, href=f"/owners?month={other}&lang={words.language}", className="step", **aria(label=words[key])
        )

    back = f"/owners?lang={words.language}"
    return html.Nav(
        [
            to(month.before, "month_before", "‹"),
            html.B(name),
            to(month.after, "month_after", "›"),
            html.Span(until, className="running") if until else html.A(words["month_here"], href=back),
            html.Button(words["page_print"], type="button", className="print", id="print"),
        ],
        className="months",
    )


def league_table(standings: Sequence[Standing], words: Words) -> Component:
    heads = (
        ("", "rank"), ("head_owner", "name"), ("head_sources", "n"), ("head_time", "bar"), ("head_fresh", "n"),
        ("head_doubt", "n"), ("head_available", "n"), ("head_answers", "n"), ("head_rejects", "n"),
        ("head_observed", "n"),
    )  # fmt: skip
    head = [html.Th(words[key] if key else "", className=kind, scope="col") for key, kind in heads]
    best = ranked(standings)
    few = sorted((one for one in standings if one.small), key=lambda one: one.name)
    rows = [row(one, str(place), words) for place, one in enumerate(best, 1)]
    if few:
        note = html.Tr(html.Td(words["small_group"], colSpan=len(heads)), className="divider")
        rows += [note, *(row(one, "", words) for one in few)]
    everything = Standing(
        "", words["all_owners"], sum(one.sources for one in standings), summed(one.total for one in standings)
    )
    foot = html.Tfoot(row(everything, "", words))
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows), foot], className="list league")


def row(one: Standing, rank: str, words: Words) -> Component:
    total, observed = one.total, one.observed
    name = html.A(one.name, href=f"/owners/{one.slug}?lang={words.language}") if one.slug else one.name
    small = html.Span(words["small_n"], className="small") if one.small else None
    paused = total.seconds.get("paused", 0.0)
    note = words.fill("paused_time", time=words.hours(paused)) if paused >= 60 else ""
    answered = words.part(total.answered, total.asked)
    rejected = words.part(total.rejected, total.rows)
    return html.Tr(
        [
            html.Td(rank, className="rank"),
            html.Td([html.B(name), small], className="name"),
            cell("n sources", words["head_sources"], words.number(one.sources)),
            html.Td(bar(one, words), className="bar"),
            cell("n fresh", words["head_fresh"], html.B(words.share(one.fresh, observed))),
            cell("n", words["head_doubt"], words.share(one.late, observed, fault=True)),
            cell("n", words["head_available"], words.share(one.fresh + one.late, observed)),
            cell("n", words["head_answers"], *two(words.share(total.answered, total.asked), answered)),
            cell("n", words["head_rejects"], *two(words.share(total.rejected, total.rows, fault=True), rejected)),
            cell("n", words["head_observed"], *two(words.hours(observed) if observed else UNKNOWN, note)),
        ],
        className="few" if one.small else "",
    )


def bar(one: Standing, words: Words) -> Component:
    """The observed time as one bar: fresh, late, not available; the numbers beside it say the same."""
    observed = one.observed
    if not observed:
        return html.Span(UNKNOWN)
    gone = observed - one.fresh - one.late
    parts = (("fresh", one.fresh), ("late", one.late), ("gone", gone))
    marks = [
        html.I(className=key, style={"width": f"max(2px,{part / observed:.4%})" if part else "0"})
        for key, part in parts
        if part > 0
    ]
    said = words.join(*(f"{words[f'key_{key}']} {words.share(part, observed)}" for key, part in parts))
    return html.Span(marks, className="bar-of", role="img", **aria(label=said))


def agency(one: Agency, words: Words) -> Component:
    parts = words.join(
        words.fill("n_sources", n=words.number(one.sources)) if one.sources else None,
        words.fill("n_apps", n=words.number(one.applications)) if one.applications else None,
        words.fill("n_waiting", n=words.number(one.waiting)) if one.waiting else None,
    )
    return html.A([html.B(one.name), html.Span(parts)], href=f"/owners/{one.slug}?lang={words.language}")
