"""/explore/apps: which application did not answer, when, for how long, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from dash import html
from dash.development.base_component import Component

from collectors.questions.app_answers import Answer, Check, Sums
from collectors.questions.apps import ROWS
from collectors.questions.incidents import Incident, Outages
from collectors.readings.limits import Limits
from collectors.records import AppGroup
from layouts.explore.charts import Line, by_day, by_hour
from layouts.explore.minutes import minutes
from layouts.explore.page import Frame, explore_page
from layouts.explore.parts import (
    age_since,
    card,
    cell,
    change,
    drop_one,
    kpi,
    missed,
    moved_on,
    pages,
    reached,
    shown_days,
    span_of,
    table,
    void,
)
from layouts.frame import data, icon
from layouts.words import UNKNOWN, Words

GROUPS: tuple[AppGroup, ...] = get_args(AppGroup)
STATES = ("open", "over")
BAD = ("down", "degraded")
SHAPES = {"up": "live", "down": "alarm", "degraded": "watch", "maintenance": "maintenance", "unknown": "never"}
MOST_APPS = 40


def apps_page(frame: Frame, answer: Answer, checks: Sequence[Check], limits: Limits) -> list[Component]:
    return explore_page(
        frame,
        [
            html.Div(kpis(frame, answer, limits), className="kpis five"),
            detail(frame, checks) if checks else None,
            incidents(frame, answer),
            html.Div([trend(frame, answer), when(frame, answer)], className="row wide-left even"),
            owners(frame, answer, limits),
            applications(frame, answer, limits),
        ],
    )


def kpis(frame: Frame, answer: Answer, limits: Limits) -> list[Component]:
    words, total, before = frame.words, answer.total, answer.before
    bad = [id for id, status in answer.now.items() if status in BAD]
    known = [id for id, status in answer.now.items() if status != "unknown"]
    aim = words.fill("aim", share=words.share(limits.availability, 1))
    share = total.availability
    short = share is not None and share < limits.availability
    was_out = answer.incidents_before.total if answer.incidents_before else None
    out = answer.incidents.total
    return [
        kpi(
            words["kpi_down_now"], words.number(len(bad)) if known else UNKNOWN,
            missed(words.fill("of_known", n=words.number(len(known))))
            if bad
            else reached(words.fill("of_known", n=words.number(len(known))))
            if known
            else words["nobody_says"],
            of=words["now"], level="watch" if bad else "normal",
        ),
        kpi(
            words["kpi_availability"], words.share(total.up, total.checks - total.maintenance),
            missed(aim) if short else reached(aim) if share is not None else words["nobody_says"],
            words.fill("was", n=words.share(before.up, before.checks - before.maintenance))
            if before and before.availability is not None
            else None,
            of=span_of(frame), level="watch" if short else "normal",
        ),
        kpi(
            words["kpi_incidents"], words.number(out.n), words.fill("n_still", n=words.number(out.still)),
            change(words, out.n, was_out.n if was_out else None), of=span_of(frame),
        ),
        kpi(
            words["kpi_out"], words.lasted(out.seconds), words["no_target"],
            words.fill("was", n=words.lasted(was_out.seconds)) if was_out else None, of=words["summed"],
        ),
        kpi(
            words["kpi_latency"], words.latency(round(total.latency)) if total.latency is not None else UNKNOWN,
            words.fill("p95_is", time=latency(total.latency_p95, words)),
            words.fill("was", n=latency(before.latency, words)) if before and before.latency is not None else None,
            of=words.fill("n", n=words.number(total.latency_n)),
        ),
    ]  # fmt: skip


def latency(milliseconds: float | None, words: Words) -> str:
    return words.latency(round(milliseconds)) if milliseconds is not None else UNKNOWN


def detail(frame: Frame, checks: Sequence[Check]) -> Component:
    """One application's every check."""
    words = frame.words
    n = words.fill("n_checks", n=words.number(len(checks)))
    return card(frame, "minutes", words["every_minute"], [minutes(frame, checks)], words["def_minutes"], n)


def incidents(frame: Frame, answer: Answer) -> Component:
    """Each time an application did not answer: which, whose, from when to when."""
    words, scope, total = frame.words, frame.scope, answer.incidents.total
    n = words.fill("n", n=words.number(total.n))
    if not answer.rows:
        said = words["no_incident"] if answer.total.checks else words["nobody_says"]
        return card(frame, "incidents", words["incidents_of"], [void(words, said)], words["def_incident"], n)
    rows = [incident(frame, answer, one) for one in answer.rows]
    heads = [
        ("head_app", ""), ("head_whose", ""), ("head_began", "n"), ("head_ended_at", "n"), ("head_lasted", "n"),
        ("head_worst", ""),
    ]  # fmt: skip
    shown = table(words, heads, rows, "league-of incidents-of")
    turn = pages(frame, (scope.page - 1) * ROWS + 1, len(rows), total.n)
    return card(
        frame, "incidents", words["incidents_of"], [shown, turn], words["def_incident"], n,
        level="watch" if total.still else "normal",
    )  # fmt: skip


def incident(frame: Frame, answer: Answer, one: Incident) -> Component:
    words, now = frame.words, frame.visit.at.isoformat()
    app = answer.known.get(one.app)
    owner = answer.owner_names.get(app.owner) if app else None
    name = html.A(app.name if app else one.app, href=frame.link(frame.scope.toggling("app", one.app)))
    whose = html.A(owner.name, href=f"/owners/{owner.slug}?lang={words.language}") if owner else words["agency_unknown"]
    lasted = age_since(one.began) if one.ended is None else words.lasted((one.ended - one.began).total_seconds())
    ended = words["still_out"] if one.ended is None else words.time(one.ended.isoformat(), now)
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(whose, className="key-of", **data(label=words["head_whose"])),
            cell(words, "head_began", words.time(one.began.isoformat(), now), "key-of"),
            cell(words, "head_ended_at", ended, "bad" if one.ended is None else ""),
            cell(words, "head_lasted", lasted, "key-of bad" if one.ended is None else "key-of"),
            html.Td([icon(SHAPES[one.status]), words[f"app_{one.status}"]], className="status"),
        ]
    )


def trend(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    first, last = shown_days(frame, answer.first)
    values = {day: one.availability for day, one in answer.days.items()}
    lines = [Line("main", words["availability"], values)]
    if answer.days_before:
        known = {day: one.availability for day, one in answer.days_before.items() if one.availability is not None}
        lines.append(Line("ghost", words["line_before_share"], moved_on(known, frame)))
    shown = by_day(frame, lines, first, last, share=True, low=True) if values else void(words, link=drop_one(frame))
    return card(
        frame, "trend", words["availability_by_day"], [shown], words["def_availability"], checked(answer, words)
    )


def checked(answer: Answer, words: Words) -> str:
    unknown = answer.total.unknown
    gap = words.fill("share_unknown", share=words.share(unknown, 1, fault=True)) if unknown else None
    return words.join(words.fill("n_checks", n=words.number(answer.total.checks)), gap)


def when(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    shown = by_hour(frame, answer.hours, words["minutes_out"])
    n = words.fill("n", n=words.number(answer.incidents.total.n))
    return card(frame, "when", words["when_out"], [shown], words["def_incident"], n)


def owners(frame: Frame, answer: Answer, limits: Limits) -> Component:
    """The owners of applications, the least available first."""
    words = frame.words
    ordered = sorted(answer.owners.items(), key=lambda one: (one[1].availability is None, one[1].availability or 0))
    rows = []
    for slug, sums in ordered:
        owner = answer.owner_names.get(slug)
        name = (
            html.A(owner.name, href=frame.link(frame.scope.toggling("owner", slug)))
            if owner
            else words["agency_unknown"]
        )
        mine = [id for id, app in answer.known.items() if app.owner == slug and id in answer.apps]
        out = sum((answer.incidents.apps.get(id, Outages()) for id in mine), Outages())
        rows.append(app_row(frame, name, sums, out, limits, words.number(len(mine))))
    heads = [("head_whose", ""), ("head_apps", "n"), *columns()]
    body = [table(words, heads, rows, "league-of") if rows else void(words, link=drop_one(frame))]
    return card(
        frame, "owners", words["availability_by_owner"], body, words["def_availability"], checked(answer, words)
    )


def applications(frame: Frame, answer: Answer, limits: Limits) -> Component:
    words = frame.words

    def order(one: tuple[str, Sums]) -> tuple[bool, float, int]:
        share = one[1].availability
        return share is None, share or 0.0, -answer.incidents.apps.get(one[0], Outages()).seconds

    ordered = sorted(answer.apps.items(), key=order)
    rows = []
    for id, sums in ordered[:MOST_APPS]:
        app = answer.known[id]
        name = html.A(app.name, href=frame.link(frame.scope.toggling("app", id)))
        status = answer.now.get(id, "unknown")
        said = html.Span([icon(SHAPES[status]), words[f"app_{status}"]], className="status")
        rows.append(app_row(frame, name, sums, answer.incidents.apps.get(id, Outages()), limits, said))
    heads = [("head_app", ""), ("head_now", "n"), *columns()]
    body: list[Component | None] = [
        table(words, heads, rows, "league-of") if rows else void(words, link=drop_one(frame))
    ]
    if len(ordered) > MOST_APPS:
        body.append(
            html.P(words.fill("only_worst", n=words.number(MOST_APPS), of=words.number(len(ordered))), className="rest")
        )
    return card(frame, "apps", words["availability_by_app"], body, words["def_availability"], checked(answer, words))


def columns() -> list[tuple[str, str]]:
    keys = (
        "head_availability",
        "head_incidents",
        "head_out",
        "head_latency",
        "head_p95",
        "head_worst_hour",
        "head_not_known",
    )
    return [(key, "n") for key in keys]


def app_row(frame: Frame, name: Any, sums: Sums, out: Outages, limits: Limits, second: Any) -> Component:
    words = frame.words
    share = sums.availability
    short = share is not None and share < limits.availability
    said = words.share(sums.up, sums.checks - sums.maintenance) if share is not None else UNKNOWN
    worst = words.time(sums.worst.isoformat(), frame.visit.at.isoformat()) if sums.worst else UNKNOWN
    unknown = words.share(sums.unknown, 1, fault=True) if sums.unknown is not None else UNKNOWN
    return html.Tr(
        [
            html.Th(name, scope="row"),
            cell(words, "head_now", second),
            cell(
                words,
                "head_availability",
                [icon("watch"), said] if short else said,
                "key-of bad" if short else "key-of",
            ),
            cell(words, "head_incidents", words.number(out.n), "key-of" if out.n else "key-of zero"),
            cell(
                words,
                "head_out",
                words.lasted(out.seconds) if out.seconds else "0",
                "key-of" if out.seconds else "key-of zero",
            ),
            cell(words, "head_latency", latency(sums.latency, words)),
            cell(words, "head_p95", latency(sums.latency_p95, words)),
            cell(words, "head_worst_hour", worst, "of"),
            cell(words, "head_not_known", unknown, "of"),
        ]
    )
