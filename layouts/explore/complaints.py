"""/explore/complaints: how old what waits is, where it is, who keeps the limit, and the reports themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from babel.dates import get_timezone_name
from dash import html
from dash.development.base_component import Component

from collectors.questions.complaint_answers import Answer, Sums
from layouts.explore.ageing import ageing
from layouts.explore.charts import Line, bars, by_day, by_hour
from layouts.explore.league import table_card
from layouts.explore.page import Choice, Frame, explore_page
from layouts.explore.parts import (
    SMALL,
    card,
    change,
    drop_one,
    interval,
    kpi,
    missed,
    moved_on,
    reached,
    shown_days,
    span_of,
    spark,
    void,
)
from layouts.explore.places import place_map
from layouts.explore.reports import listed, report_card
from layouts.explore.told import Told
from layouts.words import Words


def complaints_page(frame: Frame, answer: Answer, told: Told) -> list[Component]:
    words = frame.words
    return explore_page(
        frame,
        [
            report_card(frame, told.report, told) if told.report else None,
            html.Div(kpis(frame, answer, told), className="kpis"),
            html.Div([ageing(frame, answer, told), where(frame, answer, told)], className="row wide-left"),
            html.Div([flow(frame, answer), when(frame, answer)], className="row wide-left even"),
            html.Div(
                [
                    breakdown(frame, "category", answer.categories, answer.names, words),
                    breakdown(frame, "channel", answer.channels, {}, words),
                ],
                className="row halves",
            ),
            league(frame, answer, told),
            by_place(frame, answer, told),
            listed(frame, answer, told),
        ],
    )


def kpis(frame: Frame, answer: Answer, told: Told) -> list[Component]:
    words, scope, limits = frame.words, frame.scope, told.limits
    total, before, waiting = answer.total, answer.before, answer.waiting
    days = words.number(limits.complaint_age / 86400, 1)
    late = (
        missed(words.fill("kpi_late", n=words.number(waiting.late), days=days))
        if waiting.late
        else reached(words.fill("kpi_none_late", days=days))
    )
    on_time = Share(
        total.on_time, total.due, limits.on_time, before.on_time / before.due if before and before.due else None
    )
    answered = Share(
        total.answered_in, total.answered, limits.on_time,
        before.answered_in / before.answered if before and before.answered else None,
    )  # fmt: skip
    trend = spark([answer.days[day].n if day in answer.days else 0 for day in sorted(answer.days)][-60:])
    length = max(1, (min(scope.end, scope.now) - scope.start).days)
    oldest_first = frame.link(replace(scope.over("all").choosing("status", "waiting"), sort="oldest"))
    return [
        kpi(
            words["kpi_waiting"], words.number(waiting.n), late, None, of=words["now"],
            level="watch" if waiting.late else "normal", link=oldest_first,
        ),
        share_kpi(frame, words["kpi_on_time"], on_time),
        share_kpi(frame, words.fill("kpi_answered", within=words.lasted(limits.complaint_answer)), answered),
        kpi(
            words["kpi_median"], words.lasted(total.finish_median),
            words.join(words.fill("kpi_p90", time=words.lasted(total.finish_p90)), words["no_target"]),
            words.fill("was", n=words.lasted(before.finish_median)) if before and before.done else None,
            of=words.fill("n", n=words.number(total.done)),
        ),
        kpi(
            words["kpi_received"], words.number(total.n),
            [words.join(words.fill("per_day", n=words.number(total.n / length, 1)), words["no_target"]), trend],
            change(words, total.n, before.n if before else None), of=span_of(frame),
        ),
        kpi(
            words["kpi_reopened"], words.share(total.reopened, total.n, fault=True),
            words["no_target"],
            words.fill("was", n=words.share(before.reopened, before.n, fault=True)) if before and before.n else None,
            of=words.part(total.reopened, total.n),
        ),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, against a target; `before` is the share of the time compared with."""

    part: int
    whole: int
    target: float
    before: float | None


def share_kpi(frame: Frame, label: str, share: Share) -> Component:
    """Missed only where the whole interval is below the target; of few it says so and claims nothing."""
    words, whole = frame.words, share.whole
    aim = words.share(share.target, 1)
    level = "normal"
    if not whole:
        said = [html.Span(words["nothing_due"])]
    elif whole < SMALL:
        said = [html.Span(words.join(words["small_n"], words.fill("aim", share=aim)))]
    elif interval(share.part, whole)[1] < share.target:
        points = words.number((share.target - share.part / whole) * 100, 1)
        said, level = missed(words.fill("points_short", n=points, share=aim)), "watch"
    else:
        said = reached(words.fill("aim", share=aim))
    return kpi(
        label, words.share(share.part, whole), said,
        words.fill("was", n=words.share(share.before, 1)) if share.before is not None else None,
        of=words.part(share.part, whole), level=level,
    )  # fmt: skip


def where(frame: Frame, answer: Answer, told: Told) -> Component:
    words = frame.words
    unplaced = answer.subdistricts.get("", Sums()).n
    counts = {code: one.n for code, one in answer.subdistricts.items() if code}
    districts = {code: one.n for code, one in answer.districts.items() if code}
    n = words.join(
        words.fill("n", n=words.number(answer.total.n)),
        words.fill("unplaced_n", n=words.number(unplaced)) if unplaced else None,
    )
    return card(
        frame, "where", words["where"], [place_map(frame, told.city, counts, districts, words["per_subdistrict"])],
        words["def_where"], n, how=words["where_how"],
    )  # fmt: skip


def flow(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    first, last = shown_days(frame, answer.first)
    received = {day: float(one.n) for day, one in answer.days.items()}
    days = [first.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    lines = [
        Line("main", words["line_received"], {day: received.get(day, 0.0) for day in days}),
        Line("second", words["line_finished"], {day: float(answer.finished.get(day, 0)) for day in days}),
    ]
    if answer.days_before:
        moved = moved_on({day: float(one.n) for day, one in answer.days_before.items()}, frame)
        n = sum(one.n for one in answer.days_before.values())
        lines.append(
            Line("ghost", words.fill("line_before", n=words.number(n)), {day: moved.get(day, 0.0) for day in days})
        )
    finished = sum(answer.finished.values())
    balance = answer.total.n - finished
    title = words["flow_more_in" if balance > 0 else "flow_more_out" if balance < 0 else "flow"]
    body: list[Component | None] = (
        [by_day(frame, lines, first, last)] if answer.total.n or finished else [void(words, link=drop_one(frame))]
    )
    said = words.join(words.fill("n_in", n=words.number(answer.total.n)), words.fill("n_out", n=words.number(finished)))
    return card(frame, "flow", title, body, words["def_flow"], said)


def when(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    return card(
        frame, "when", words["when"], [by_hour(frame, answer.hours, words["received_reports"])], words["def_when"],
        words.fill("n", n=words.number(answer.total.n)), how=words.fill("when_how", zone=zone_name(frame)),
    )  # fmt: skip


def zone_name(frame: Frame) -> str:
    return str(get_timezone_name(frame.visit.at.astimezone(frame.words.timezone), width="short", locale="id"))


def breakdown(frame: Frame, name: str, groups: Mapping[str, Sums], names: Mapping[str, str], words: Words) -> Component:
    ordered = sorted(groups.items(), key=lambda one: (-one[1].n, one[0]))
    shown = [Choice(code, names.get(code, code) or words["not_said"], one.n) for code, one in ordered[:12]]
    rest = sum(one.n for _, one in ordered[12:])
    body: list[Component | None] = [bars(frame, name, shown) if shown else void(words, link=drop_one(frame))]
    if rest:
        body.append(
            html.P(
                words.fill("and_others", n=words.number(len(ordered) - 12), sum=words.number(rest)), className="rest"
            )
        )
    total = sum(one.n for one in groups.values())
    return card(
        frame, f"by-{name}", words[f"by_{name}"], body, words["def_received"], words.fill("n", n=words.number(total))
    )


def league(frame: Frame, answer: Answer, told: Told) -> Component:
    """Agencies by how they keep the limit; those with few due reports are not ranked."""
    words, limits = frame.words, told.limits
    each = [(slug, told.agency(slug, words), one) for slug, one in answer.agencies.items()]
    return table_card(frame, "league", "agency", each, answer.total, limits, words["def_league"], None)


def by_place(frame: Frame, answer: Answer, told: Told) -> Component:
    words = frame.words
    each = [(code, told.districts.get(code, words["place_unknown"]), one) for code, one in answer.districts.items()]
    note = words["def_league"] if told.residents else words.join(words["def_league"], words["no_residents"])
    return table_card(frame, "places", "district", each, answer.total, told.limits, note, told.residents or None)
