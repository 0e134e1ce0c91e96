"""/explore/complaints: how old what waits is, where it is, who keeps the limit, and the reports themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel.dates import get_timezone_name
from dash import html
from dash.development.base_component import Component

from collectors.questions.complaints import BUCKETS, ROWS, Answer, Report, Sums
from collectors.readings.limits import Limits
from layouts.explore.charts import Line, bars, by_day, by_hour
from layouts.explore.page import Choice, Frame, explore_page
from layouts.explore.parts import (
    SMALL,
    age_since,
    card,
    change,
    dot,
    interval,
    kpi,
    missed,
    reached,
    spark,
    void,
)
from layouts.explore.places import place_map
from layouts.frame import data, icon
from layouts.map_svg import Drawing
from layouts.paper import aria
from layouts.raw import Raw
from layouts.words import UNKNOWN, Words

PER = 10_000
KEY = ("head_waiting", "head_oldest", "head_on_time")
"""The columns that a phone has room for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the page needs beside the answer: names by code, the city's map, its limits, its residents by district."""

    agencies: Mapping[str, str]
    districts: Mapping[str, str]
    subdistricts: Mapping[str, str]
    city: Drawing
    limits: Limits
    residents: Mapping[str, int]
    report: Report | None = None

    def agency(self, slug: str, words: Words) -> str:
        return self.agencies.get(slug, slug) if slug else words["agency_unknown"]

    def place(self, one: Report) -> str | None:
        names = (self.subdistricts.get(one.subdistrict or ""), self.districts.get(one.district or ""))
        return ", ".join(name for name in names if name) or None


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
        missed(words, words.fill("kpi_late", n=words.number(waiting.late), days=days))
        if waiting.late
        else reached(words, words.fill("kpi_none_late", days=days))
    )
    on_time = total.on_time / total.due if total.due else None
    answered = total.answered_in / total.answered if total.answered else None
    reopened = total.reopened / total.n if total.n else None
    trend = spark([answer.days[day].n if day in answer.days else 0 for day in sorted(answer.days)][-60:])
    length = max(1, (min(scope.end, scope.now) - scope.start).days)
    oldest_first = frame.link(replace(scope.over("all").choosing("status", "waiting"), sort="oldest"))
    return [
        kpi(
            words["kpi_waiting"], words.number(waiting.n), late, None, of=words["now"],
            level="watch" if waiting.late else "normal", link=oldest_first,
        ),
        share_kpi(frame, "kpi_on_time", on_time, total.on_time, total.due, limits.on_time,
                  before.on_time / before.due if before and before.due else None),
        share_kpi(frame, "kpi_answered", answered, total.answered_in, total.answered, limits.on_time,
                  before.answered_in / before.answered if before and before.answered else None,
                  words.lasted(limits.complaint_answer)),
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
            words["kpi_reopened"], words.share(total.reopened, total.n, fault=True) if reopened is not None else UNKNOWN,
            words["no_target"],
            words.fill("was", n=words.share(before.reopened, before.n, fault=True)) if before and before.n else None,
            of=words.part(total.reopened, total.n),
        ),
    ]  # fmt: skip


def share_kpi(
    frame: Frame,
    key: str,
    share: float | None,
    part: int,
    whole: int,
    target: float,
    before: float | None,
    within: str = "",
) -> Component:
    """A share with a target. Missed only where the whole interval is below it; of few it says so and claims nothing."""
    words = frame.words
    aim = words.share(target, 1)
    if share is None:
        said, level = [html.Span(words["nothing_due"])], "normal"
    elif whole < SMALL:
        said, level = [html.Span(words.join(words["small_n"], words.fill("aim", share=aim)))], "normal"
    elif interval(part, whole)[1] < target:
        points = words.number((target - share) * 100, 1)
        said, level = missed(words, words.fill("points_short", n=points, share=aim)), "watch"
    else:
        said, level = reached(words, words.fill("aim", share=aim)), "normal"
    return kpi(
        words.fill(key, within=within), words.share(part, whole), said,
        words.fill("was", n=words.share(before, 1)) if before is not None else None,
        of=words.part(part, whole), level=level,
    )  # fmt: skip


def span_of(frame: Frame) -> str:
    words, scope = frame.words, frame.scope
    return words[f"span_{scope.span}"] if scope.span != "custom" else words.days_from(scope.first_day, scope.last_day)


def ageing(frame: Frame, answer: Answer, told: Told) -> Component:
    words, scope, waiting, limits = frame.words, frame.scope, answer.waiting, told.limits
    days = words.number(limits.complaint_age / 86400, 1)
    defined = words["def_waiting"]
    title = words["ageing"]
    if not waiting.n:
        empty = void(words, words["none_waiting"], drop_one(frame))
        return card(frame, "ageing", title, [empty], defined, words.fill("n", n="0"))
    first = waiting.oldest[0]
    counts = waiting.by_age
    most = max(counts) or 1
    age = (scope.now - first.requested).total_seconds()
    overdue = age > limits.complaint_age
    hero = html.Div(
        [
            html.P(words["oldest_waiting"], className="label"),
            html.P(age_since(first.requested), className="plate over" if overdue else "plate"),
            html.P(
                [
                    html.B(told.agency(frame_slug(frame, first), words)),
                    " · ",
                    words.join(first.category, told.place(first)),
                ],
                className="who",
            ),
            html.P(html.A(words.fill("open_report", id=first.id), href=report_link(frame, first))),
            html.Dl(
                [
                    row_of(frame, words.fill("over_limit", days=days), waiting.late, "late", "1", waiting.late > 0),
                    row_of(frame, words["over_soon"], waiting.soon, None, None, False),
                    row_of(frame, words["within_limit"], waiting.n - waiting.late, None, None, False),
                ]
            ),
        ],
        className="hero",
    )
    step = limits.complaint_age / 86400 / (BUCKETS - 1)
    heads = []
    for bucket, count in enumerate(counts):
        last = bucket == BUCKETS - 1
        label = (
            f">{days}"
            if last
            else f"<{words.number(step, 1)}"
            if bucket == 0
            else f"{words.number(step * bucket, 1)}–{words.number(step * (bucket + 1), 1)}"
        )
        link = frame.link(scope.over("all").choosing("status", "waiting").choosing("age", str(bucket)))
        heads.append(
            html.Li(
                html.A(
                    [html.B(words.number(count)), html.I(style={"--h": f"{count / most:.3f}"}), html.Span(label)],
                    href=link,
                    **aria(label=words.fill("bucket", n=words.number(count), days=label)),
                ),
                className="beyond" if last and count else "beyond none" if last else "",
            )
        )
    lines = []
    for slug, mine in sorted(waiting.by_agency.items(), key=lambda one: -oldest_age(one[0], frame, answer)):
        ticks = [one for one in waiting.oldest if frame_slug(frame, one) == slug]
        old = ticks[0] if ticks else None
        beyond = old is not None and (scope.now - old.requested).total_seconds() > limits.complaint_age
        lines.append(
            html.Li(
                [
                    html.A(told.agency(slug, words), href=frame.link(scope.toggling("agency", slug)))
                    if slug
                    else html.Span(told.agency(slug, words)),
                    html.Span(words.number(sum(mine)), className="n"),
                    strip_of(ticks, scope.now, limits, age),
                    html.A(age_since(old.requested), href=report_link(frame, old), className="late" if beyond else "")
                    if old
                    else html.Span(UNKNOWN),
                ]
            )
        )
    shown = len(waiting.oldest) < waiting.n
    how = words.fill("ageing_how_some", n=words.number(len(waiting.oldest))) if shown else words["ageing_how"]
    chart = html.Div(
        [
            html.Div(
                [
                    html.Span(words["all_agencies"]),
                    html.B(words.number(waiting.n)),
                    html.Ol(heads, className="ages-of"),
                    html.Span(words["oldest"]),
                ],
                className="ages-head",
            ),
            html.Ol(lines, className="ticks-of"),
            html.P(words["age_axis"], className="axis-of"),
        ],
        className="ages",
    )
    return card(
        frame, "ageing", title, [html.Div([hero, chart], className="ageing-of")], defined,
        words.fill("n", n=words.number(waiting.n)), how=how, level="watch" if waiting.late else "normal",
    )  # fmt: skip


def oldest_age(slug: str, frame: Frame, answer: Answer) -> float:
    mine = next((one for one in answer.waiting.oldest if frame_slug(frame, one) == slug), None)
    return (frame.scope.now - mine.requested).total_seconds() if mine else 0.0


def frame_slug(frame: Frame, one: Report) -> str:
    return frame.names.get(one.agency or "", "")


def row_of(frame: Frame, label: str, n: int, name: str | None, value: str | None, bad: bool) -> Component:
    inside = [icon("watch"), html.Span(label)] if bad else html.Span(label)
    if name and value and n:
        inside = html.A(
            inside, href=frame.link(frame.scope.over("all").choosing(name, value).choosing("status", "waiting"))
        )
    return html.Div([html.Dt(inside), html.Dd(frame.words.number(n))], className="bad" if bad else "")


def strip_of(ticks: Sequence[Report], now: datetime, limits: Limits, longest: float) -> Component:
    """One tick a report, over the limit's seven parts; beyond it the scale ends in one open column."""
    width, parts = 480.0, BUCKETS
    step = limits.complaint_age / (parts - 1)
    drawn = ""
    for number, one in enumerate(ticks):
        age = (now - one.requested).total_seconds()
        beyond = age > limits.complaint_age
        past = (age - limits.complaint_age) / max(1.0, longest - limits.complaint_age) if beyond else 0.0
        x = (parts - 1 + 0.12 + 0.76 * past if beyond else max(0.0, age) / step) * width / parts
        drawn += (
            f'<circle class="{"late" if beyond else ""}" cx="{x:.1f}" cy="11" r="4.5"/>'
            if number == 0
            else f'<path class="{"late" if beyond else ""}" d="M{x:.1f} 3V19"/>'
        )
    grid = "".join(f"M{width / parts * i:.1f} 0V22" for i in range(1, parts - 1))
    limit = width / parts * (parts - 1)
    return Raw(
        f'<svg class="ticks" viewBox="0 0 {width:.0f} 22" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="over" x="{limit:.1f}" width="{width / parts:.1f}" height="22"/><path class="grid" d="{grid}"/>'
        f'<path class="limit" d="M{limit:.1f} 0V22"/>{drawn}</svg>'
    )


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
    words, scope = frame.words, frame.scope
    first, last = bounded(frame, answer)
    received = {day: float(one.n) for day, one in answer.days.items()}
    days = [first.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    lines = [
        Line("main", words["line_received"], {day: received.get(day, 0.0) for day in days}),
        Line("second", words["line_finished"], {day: float(answer.finished.get(day, 0)) for day in days}),
    ]
    if answer.days_before and scope.before:
        shift = (scope.start - scope.before[0]).days
        moved = {day.fromordinal(day.toordinal() + shift): float(one.n) for day, one in answer.days_before.items()}
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
    n = words.join(words.fill("n_in", n=words.number(answer.total.n)), words.fill("n_out", n=words.number(finished)))
    return card(frame, "flow", title, body, words["def_flow"], n)


def bounded(frame: Frame, answer: Answer):  # type: ignore[no-untyped-def]
    """The days that are shown: of a very long time only those of which anything is known."""
    scope = frame.scope
    today = frame.visit.at.astimezone(frame.words.timezone).date()
    first = max(scope.first_day, answer.first) if answer.first and answer.first <= scope.last_day else scope.first_day
    return first, min(scope.last_day, today)


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
    return table_card(frame, "places", "district", each, answer.total, told.limits, note, told.residents)


def table_card(
    frame: Frame,
    name: str,
    filter_name: str,
    each: Sequence[tuple[str, str, Sums]],
    total: Sums,
    limits: Limits,
    defined: str,
    residents: Mapping[str, int] | None,
) -> Component:
    words = frame.words
    title = words[f"table_{name}"]
    if not each:
        return card(frame, name, title, [void(words, link=drop_one(frame))], defined, words.fill("n", n="0"))
    heads: list[tuple[str, str]] = [
        ("", "rank"), (f"head_{filter_name}", "name"), ("head_received", "n"), ("head_done", "n"), ("head_process", "n"),
        ("head_unknown", "n"), ("head_waiting", "n"), ("head_late", "n"), ("head_oldest", "n"), ("head_median", "n"),
    ]  # fmt: skip
    if residents is not None:
        heads.append(("head_per_10000", "n"))
    heads += [("head_target", "dots-of"), ("head_on_time", "n"), ("head_due", "n")]
    ranked = sorted((one for one in each if one[2].due >= SMALL), key=lambda one: (one[2].on_time / one[2].due, one[1]))
    few = sorted((one for one in each if one[2].due < SMALL), key=lambda one: (-one[2].n, one[1]))
    rows = [table_row(frame, filter_name, one, str(place), limits, residents) for place, one in enumerate(ranked, 1)]
    if few:
        note = html.Tr(html.Td(words.fill("few_due", n=SMALL), colSpan=len(heads)), className="divider")
        rows += [note, *(table_row(frame, filter_name, one, "", limits, residents) for one in few)]
    everyone = sum(residents.values()) if residents else 0
    foot = table_row(
        frame, filter_name, ("", words["all_city"], total), "", limits, {"": everyone} if residents else residents
    )
    target = words.fill("head_target", share=words.share(limits.on_time, 1))
    head = html.Tr(
        [
            html.Th(target if key == "head_target" else words[key] if key else "", className=kind, scope="col")
            for key, kind in heads
        ]
    )
    table = html.Table([html.Thead(head), html.Tbody(rows), html.Tfoot(foot)], className="list league-of")
    bad = any(one.due >= SMALL and interval(one.on_time, one.due)[1] < limits.on_time for _, _, one in each)
    return card(
        frame, name, title, [html.Div(table, className="scroll")], defined, words.fill("n", n=words.number(total.n)),
        how=words["league_how"], level="watch" if bad else "normal",
    )  # fmt: skip


def table_row(
    frame: Frame,
    filter_name: str,
    one: tuple[str, str, Sums],
    rank: str,
    limits: Limits,
    residents: Mapping[str, int] | None,
) -> Component:
    words, scope = frame.words, frame.scope
    code, name, sums = one
    title = html.A(name, href=frame.link(scope.toggling(filter_name, code))) if code else html.Span(name)
    few = sums.due < SMALL
    bad = not few and interval(sums.on_time, sums.due)[1] < limits.on_time
    late = [icon("watch"), words.number(sums.late)] if sums.late else "0"
    oldest = age_since(sums.oldest) if sums.oldest else UNKNOWN
    cells: list[tuple[str, object, str]] = [
        ("head_received", words.number(sums.n), ""),
        *((f"head_{key}", words.number(getattr(sums, part)), "" if getattr(sums, part) else "zero")
          for key, part in (("done", "done"), ("process", "in_progress"), ("unknown", "unknown"), ("waiting", "waiting"))),
        ("head_late", late, "bad" if sums.late else "zero"),
        ("head_oldest", oldest, "bad" if sums.late else ""),
        ("head_median", words.lasted(sums.finish_median), ""),
    ]  # fmt: skip
    if residents is not None:
        people = residents.get(code)
        cells.append(("head_per_10000", words.number(sums.n / people * PER, 1) if people else UNKNOWN, ""))
    tail: list[tuple[str, object, str]] = [
        (
            "head_on_time",
            words["small_n"] if few and sums.due else words.share(sums.on_time, sums.due),
            "bad" if bad else "few" if few else "",
        ),
        ("head_due", words.part(sums.on_time, sums.due), "of"),
    ]
    return html.Tr(
        [
            html.Td(rank, className="rank"),
            html.Th(title, scope="row", className="name"),
            *(
                html.Td(value, className=f"n {kind}{' key-of' if key in KEY else ''}", **data(label=words[key]))
                for key, value, kind in cells
            ),
            html.Td(dot(sums.on_time, sums.due, limits.on_time), className="dots-of"),
            *(
                html.Td(value, className=f"n {kind}{' key-of' if key in KEY else ''}", **data(label=words[key]))
                for key, value, kind in tail
            ),
        ],
        className="few" if few else "",
    )


def listed(frame: Frame, answer: Answer, told: Told) -> Component:
    """The reports behind the numbers, a page at a time."""
    words, scope, total = frame.words, frame.scope, answer.total.n
    if not answer.rows:
        body: list[Component | None] = [void(words, link=drop_one(frame))]
        return card(
            frame, "reports", words["reports"], body, words["def_reports"], words.fill("n", n=words.number(total))
        )
    heads = [
        html.Th(sort_link(frame, "head_age", "oldest", "newest"), scope="col"),
        *(
            html.Th(words[key], scope="col")
            for key in ("head_category", "head_number", "head_place", "head_agency", "head_channel", "head_status")
        ),
        html.Th(sort_link(frame, "head_finished_in", "longest", "newest"), scope="col", className="n"),
    ]
    rows = [report_row(frame, one, told) for one in answer.rows]
    first = (scope.page - 1) * ROWS + 1
    last = first + len(answer.rows) - 1
    pages = html.Nav(
        [
            html.Span(
                words.fill("rows_shown", first=words.number(first), last=words.number(last), n=words.number(total))
            ),
            html.A(
                words["page_before"], href=frame.link(replace(scope, page=scope.page - 1)), className="go", rel="prev"
            )
            if scope.page > 1
            else None,
            html.A(
                words["page_after"], href=frame.link(replace(scope, page=scope.page + 1)), className="go", rel="next"
            )
            if last < total
            else None,
        ],
        className="pages-of",
        **aria(label=words["pages"]),
    )
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="list reports-of")
    return card(
        frame, "reports", words["reports"], [html.Div(table, className="scroll"), pages], words["def_reports"],
        words.fill("n", n=words.number(total)), how=words["reports_masked"],
    )  # fmt: skip


def sort_link(frame: Frame, key: str, sort: str, other: str) -> Component:
    scope = frame.scope
    turned = replace(scope, sort=other if scope.sort == sort else sort, page=1)
    sign = (
        " ↓"
        if scope.sort == sort
        else " ↑"
        if scope.sort == other or not scope.sort and other == "newest" and key == "head_age"
        else ""
    )
    return html.A(f"{frame.words[key]}{sign}", href=frame.link(turned))


def report_row(frame: Frame, one: Report, told: Told) -> Component:
    words, scope, limit = frame.words, frame.scope, told.limits.complaint_age
    waits = one.status == "waiting" and (scope.now - one.requested).total_seconds() > limit
    took = (one.finished - one.requested).total_seconds() if one.finished else None
    return html.Tr(
        [
            html.Td(age_since(one.requested), className="bad" if waits else "", **data(label=words["head_age"])),
            html.Th(html.A(one.category or words["not_said"], href=report_link(frame, one)), scope="row"),
            html.Td(one.id, className="id", **data(label=words["head_number"])),
            html.Td(told.place(one) or words["place_unknown"], **data(label=words["head_place"])),
            html.Td(told.agency(frame_slug(frame, one), words), **data(label=words["head_agency"])),
            html.Td(one.channel or words["not_said"], **data(label=words["head_channel"])),
            html.Td([icon(f"c-{one.status}"), words[f"status_{one.status}"]], className="status"),
            html.Td(
                words.lasted(took) if took is not None else UNKNOWN,
                className="n bad" if took and took > limit else "n",
                **data(label=words["head_finished_in"]),
            ),
        ]
    )


def report_link(frame: Frame, one: Report) -> str:
    return frame.link(replace(frame.scope, report=f"{one.source}/{one.id}")) + "#report"


def report_card(frame: Frame, one: Report, told: Told) -> Component:
    """One report's life, with nothing personal."""
    words, now = frame.words, frame.visit.at.isoformat()
    moments: list[tuple[str, datetime | None]] = [
        ("life_received", one.requested), ("life_answered", one.answered), ("life_finished", one.finished),
    ]  # fmt: skip

    def since(moment: datetime) -> str:
        return words.fill("after", time=words.lasted((moment - one.requested).total_seconds()))

    steps = [
        html.Li(
            [
                icon("c-done" if moment else "c-waiting"),
                html.B(words[key]),
                html.Span(
                    words.time(moment.isoformat(), now)
                    if moment
                    else words["life_unknown" if one.status == "done" else "life_not_yet"]
                ),
                html.Em(since(moment)) if moment and key != "life_received" else None,
            ]
        )
        for key, moment in moments
    ]
    facts = [
        ("head_status", [icon(f"c-{one.status}"), words[f"status_{one.status}"]]),
        ("head_agency", told.agency(frame_slug(frame, one), words)),
        ("head_place", told.place(one) or words["place_unknown"]),
        ("head_channel", one.channel or words["not_said"]),
        ("head_source", html.A(one.source, href=f"/card/complaints?lang={words.language}")),
        ("head_changed", words.time((one.updated or one.requested).isoformat(), now)),
    ]
    late = one.status == "waiting" and (frame.scope.now - one.requested).total_seconds() > told.limits.complaint_age
    return html.Section(
        [
            html.Header(
                [
                    html.Div([html.H2(f"{one.category or words['not_said']}"), html.P(one.id)]),
                    html.A(words["close"], href=frame.link(replace(frame.scope, report="")), className="go"),
                ]
            ),
            html.P(
                [
                    html.Span(words["waits_since"] if one.status == "waiting" else words["came_in"]),
                    age_since(one.requested),
                ],
                className="plate over" if late else "plate",
            ),
            html.Ol(steps, className="life"),
            html.Dl([html.Div([html.Dt(words[key]), html.Dd(value)]) for key, value in facts]),
            html.P(words["reports_masked"], className="how"),
        ],
        className="x-card c-report",
        id="report",
        tabIndex=-1,
    )


def drop_one(frame: Frame) -> tuple[str, str] | None:
    """The one filter whose absence would show something: the last that was chosen, else a longer time."""
    words, scope = frame.words, frame.scope
    if scope.filters:
        name = list(scope.filters)[-1]
        return words.fill("drop_filter", name=words[f"filter_{name}"]), frame.link(scope.choosing(name))
    if scope.span != "all":
        return words["widen"], frame.link(scope.over("all"))
    return None
