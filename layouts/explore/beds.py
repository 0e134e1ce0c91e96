"""/explore/beds: who has a free bed and how old that word is; how full the hospitals are; who has stopped reporting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from collectors.questions.bed_answers import Answer, Look, Occupancy
from collectors.readings.limits import Limits
from collectors.records import BedUnit
from layouts.explore.charts import Line, by_day, by_hour
from layouts.explore.page import Frame, explore_page
from layouts.explore.parts import age_since, card, cell, drop_one, kpi, missed, reached, shown_days, table, void
from layouts.frame import icon
from layouts.paper import aria
from layouts.words import UNKNOWN, Words

UNITS: tuple[BedUnit, ...] = ("icu", "inpatient", "emergency")
NOBODY = Occupancy()


def beds_page(frame: Frame, answer: Answer, names: Mapping[str, str], limits: Limits) -> list[Component]:
    unit: BedUnit = next((one for one in UNITS if one in frame.scope.chosen("unit")), "inpatient")
    return explore_page(
        frame,
        [
            html.Div(kpis(frame, answer, limits), className="kpis five"),
            html.Div(
                [
                    who_has(frame, answer),
                    html.Div([silent(frame, answer), classes(frame, answer, limits)], className="stack"),
                ],
                className="row wide-left even",
            ),
            html.Div([trend(frame, answer), hours(frame, answer, unit)], className="row wide-left even"),
            hospitals(frame, answer, names, limits),
            reporting(frame, answer),
        ],
    )


def kpis(frame: Frame, answer: Answer, limits: Limits) -> list[Component]:
    words = frame.words
    free = {unit: answer.free.get(unit) for unit in UNITS}
    icu = capacity(answer.latest, "icu")
    few = free["icu"] is not None and free["icu"] <= limits.icu_free
    target = words.fill("more_than", n=words.number(limits.icu_free))
    units, before = answer.units, answer.before or {}
    hospitals = {look.hospital_id for look in answer.latest}
    quiet = answer.silent_now
    return [
        kpi(
            words["kpi_icu_free"], words.number(free["icu"]),
            missed(words.fill("target_is", aim=target)) if few else reached(words.fill("target_is", aim=target)),
            of=words.fill("of_beds", n=words.number(icu)), level="alarm" if few else "normal",
            link=frame.link(frame.scope.choosing("unit", "icu")),
        )
        if free["icu"] is not None
        else kpi(words["kpi_icu_free"], UNKNOWN, words["nobody_says"]),
        occupied(frame, "icu", units.get("icu", NOBODY), before.get("icu"), limits),
        occupied(frame, "inpatient", units.get("inpatient", NOBODY), before.get("inpatient"), limits),
        kpi(
            words["kpi_ward_free"], words.number(free["inpatient"]), words["no_target"],
            of=words.fill("of_beds", n=words.number(capacity(answer.latest, "inpatient"))),
        ),
        kpi(
            words["kpi_reporting"], words.part(len(hospitals) - len(quiet), len(hospitals)) if hospitals else UNKNOWN,
            [icon("never"), html.Span(words.fill("n_silent", n=words.number(len(quiet))))]
            if quiet
            else reached(words["all_report"]),
            of=words["now"], level="doubt" if quiet else "normal",
        ),
    ]  # fmt: skip


def capacity(looks: Sequence[Look], unit: str) -> int | None:
    """The beds of those that say how many are free, None where nobody does."""
    mine = [one.capacity for one in looks if one.unit == unit and one.reporting and one.free is not None]
    known = [beds for beds in mine if beds is not None]
    return sum(known) if known else None


def occupied(frame: Frame, unit: BedUnit, one: Occupancy, before: Occupancy | None, limits: Limits) -> Component:
    """BOR of the time, against the share from which on it is watched."""
    words, share = frame.words, one.share
    label = words.fill("kpi_bor", unit=words[f"unit_{unit}"])
    if share is None:
        return kpi(label, UNKNOWN, words["nobody_says"])
    aim = words.fill("at_most", share=words.share(limits.bed_occupancy, 1))
    over = share > limits.bed_occupancy
    said = missed(aim) if over else reached(words.join(aim, band(share, limits, words)))
    was = words.fill("was", n=words.share(before.occupied, before.capacity)) if before and before.capacity else None
    looks = words.fill("n_looks", n=words.number(one.samples))
    return kpi(
        label, words.share(one.occupied, one.capacity), said, was, of=looks,
        level="watch" if over else "normal", link=frame.link(frame.scope.choosing("unit", unit)),
    )  # fmt: skip


def band(share: float, limits: Limits, words: Words) -> str:
    return words[f"band_{limits.bed_bands.of(share)}"]


def who_has(frame: Frame, answer: Answer) -> Component:
    """Each hospital with its free beds as last said, and how long ago: those with a free ICU bed first."""
    words, now = frame.words, frame.visit.at
    by_hospital: dict[str, list[Look]] = defaultdict(list)
    for look in answer.latest:
        by_hospital[look.hospital_id].append(look)
    if not by_hospital:
        return card(frame, "who", words["who_has"], [void(words, link=drop_one(frame))], words["def_free"], "")
    ordered = sorted(by_hospital.values(), key=order)
    rows = []
    for mine in ordered:
        told = max((look.updated for look in mine if look.updated), default=None)
        lives = reports(mine)
        name = html.A(mine[0].hospital, href=frame.link(frame.scope.toggling("hospital", mine[0].hospital_id)))
        free = [cell(words, f"unit_{unit}", free_of(mine, unit, words, lives), "key-of") for unit in UNITS]
        age = age_since(told) if told else html.Span(words["never"])
        old = cell(words, "head_told", age if lives else [icon("stale"), age], "key-of")
        rows.append(html.Tr([html.Th(name, scope="row"), *free, old], className="" if lives else "silent-one"))
    heads = [("head_hospital", ""), *((f"unit_{unit}", "n") for unit in UNITS), ("head_told", "n")]
    free_icu = sum((free_beds(mine, "icu") or 0) > 0 and reports(mine) for mine in ordered)
    title = words.fill("who_has_n", n=words.number(free_icu), of=words.number(len(ordered)))
    as_of = words.time(answer.as_of.isoformat(), now.isoformat()) if answer.as_of else UNKNOWN
    n = words.join(words.fill("n_hospitals", n=words.number(len(ordered))), words.fill("seen_at", time=as_of))
    shown = table(words, heads, rows, "league-of who-of")
    return card(frame, "who", title, [shown], words["def_free"], n, how=words["who_how"])


def reports(mine: Sequence[Look]) -> bool:
    return any(look.reporting for look in mine)


def order(mine: Sequence[Look]) -> tuple[bool, int, int, str]:
    """Those that report first, then by free ICU beds, then by free beds."""
    icu, wards = free_beds(mine, "icu"), free_beds(mine, "inpatient")
    return not reports(mine), -(icu if icu is not None else -1), -(wards if wards is not None else -1), mine[0].hospital


def free_beds(mine: Sequence[Look], unit: str) -> int | None:
    known = [look.free for look in mine if look.unit == unit and look.free is not None]
    return sum(known) if known else None


def free_of(mine: Sequence[Look], unit: BedUnit, words: Words, lives: bool) -> list[Any]:
    free = free_beds(mine, unit)
    if free is None:
        return [html.Span(UNKNOWN, className="zero")]
    beds = [look.capacity for look in mine if look.unit == unit and look.capacity is not None]
    return [
        html.B(words.number(free), className="" if lives and free else "zero"),
        html.Span(f"/{words.number(sum(beds))}" if beds else "", className="of"),
    ]


def trend(frame: Frame, answer: Answer) -> Component:
    words = frame.words
    first, last = shown_days(frame, answer.first)
    kinds = {"inpatient": "main", "icu": "third", "emergency": "second"}
    lines = []
    for unit, kind in kinds.items():
        values = {day: one.share for (mine, day), one in answer.days.items() if mine == unit}
        if any(value is not None for value in values.values()):
            lines.append(Line(kind, words[f"unit_{unit}"], values))
    n = words.fill("n_looks", n=words.number(answer.n))
    body = [by_day(frame, lines, first, last, share=True) if lines else void(words, link=drop_one(frame))]
    return card(frame, "trend", words["bor_by_day"], body, words["def_bor"], n)


def hours(frame: Frame, answer: Answer, unit: BedUnit) -> Component:
    words = frame.words
    found = {
        (day, hour): round(one.share * 100)
        for (mine, day, hour), one in answer.hours.items()
        if mine == unit and one.share is not None
    }
    title = words.fill("bor_by_hour", unit=words[f"unit_{unit}"])
    body = [by_hour(frame, found, "%", total=False)] if found else [void(words, link=drop_one(frame))]
    return card(frame, "hours", title, body, words["def_bor"], words.fill("n_looks", n=words.number(answer.n)))


def classes(frame: Frame, answer: Answer, limits: Limits) -> Component:
    """Occupancy by class, the fullest first; wards, intensive care and emergency apart."""
    words = frame.words
    rows: list[Component] = []
    for unit in UNITS:
        mine = [(code, one) for (kind, code), one in answer.classes.items() if kind == unit and one.share is not None]
        if not mine:
            continue
        rows.append(html.Li(html.H3(words[f"unit_{unit}"]), className="group-of"))
        for code, one in sorted(mine, key=lambda each: -(each[1].share or 0)):
            name = answer.class_names.get((unit, code)) or code
            rows.append(share_bar(frame, "class", code, name, one, limits))
    shown = html.Ol(rows, className="bars-of shares") if rows else void(words, link=drop_one(frame))
    body: list[Component | None] = [shown]
    aim = words.fill("at_most", share=words.share(limits.bed_occupancy, 1))
    return card(frame, "classes", words["bor_by_class"], body, words["def_bor"], aim, how=words["class_how"])


def share_bar(frame: Frame, filter_name: str, code: str, name: str, one: Occupancy, limits: Limits) -> Component:
    """A share of beds as a bar, from none to all of them."""
    words, share = frame.words, one.share or 0.0
    over = share > limits.bed_occupancy
    said = words.share(one.occupied, one.capacity)
    bar = html.I(style={"--w": f"{min(1.0, share):.4f}"}, **aria(hidden="true"))
    number = html.B([icon("watch"), said] if over else said)
    link = html.A([html.Span(name), bar, number], href=frame.link(frame.scope.toggling(filter_name, code)))
    return html.Li(link, className="over" if over else "")


def silent(frame: Frame, answer: Answer) -> Component:
    """Who reports no more, since when; and the silences of the time asked."""
    words, now = frame.words, frame.visit.at.isoformat()
    still = answer.silent_now
    items = [
        html.Li(
            [
                icon("never"),
                html.B(one.hospital),
                html.Span([words["last_word"], " ", age_since(one.told)] if one.told else words["never"]),
            ]
        )
        for one in still
    ]
    over = [one for one in answer.silences if one.ended is not None]
    past = [
        html.Tr(
            [
                html.Th(one.hospital, scope="row"),
                html.Td(words.time(one.began.isoformat(), now), className="n"),
                html.Td(words.lasted(seconds(one.began, one.ended)), className="n"),
            ]
        )
        for one in over[:12]
    ]
    calm = html.P([icon("calm"), words["all_report"]], className="calm-of")
    body: list[Component | None] = [html.Ul(items, className="silent-of") if items else calm]
    if past:
        heads = [("head_hospital", ""), ("head_began", "n"), ("head_lasted", "n")]
        body += [html.H3(words["silences_over"]), table(words, heads, past)]
    n = words.fill("n_silences", n=words.number(answer.silent))
    return card(frame, "silent", words["who_silent"], body, words["def_silent"], n)


def seconds(began: datetime, ended: datetime | None) -> float | None:
    return (ended - began).total_seconds() if ended else None


def hospitals(frame: Frame, answer: Answer, names: Mapping[str, str], limits: Limits) -> Component:
    """Occupancy of the time by hospital, the fullest wards first."""
    words = frame.words
    ids = {id for id, _ in answer.hospitals}
    n = words.fill("n_looks", n=words.number(answer.n))
    title = words["bor_by_hospital"]
    if not ids:
        return card(frame, "hospitals", title, [void(words, link=drop_one(frame))], words["def_bor"], n)

    def share(id: str, unit: BedUnit) -> float:
        return answer.hospitals.get((id, unit), NOBODY).share or -1.0

    order_of: tuple[BedUnit, ...] = ("inpatient", "icu", "emergency")
    rows = []
    for id in sorted(ids, key=lambda one: (-share(one, "inpatient"), -share(one, "icu"), names.get(one, one))):
        each = {unit: answer.hospitals.get((id, unit), NOBODY) for unit in order_of}
        cells = []
        for unit, one in each.items():
            over = one.share is not None and one.share > limits.bed_occupancy
            said = words.share(one.occupied, one.capacity)
            kind = "key-of bad" if over else "key-of"
            cells.append(cell(words, f"unit_{unit}", [icon("watch"), said] if over else said, kind))
        cells.append(cell(words, "head_looks", words.number(sum(one.samples for one in each.values()))))
        cells.append(cell(words, "head_left_out", words.number(sum(one.left_out for one in each.values())), "of"))
        name = html.A(names.get(id, id), href=frame.link(frame.scope.toggling("hospital", id)))
        rows.append(html.Tr([html.Th(name, scope="row"), *cells]))
    columns = (*(f"unit_{unit}" for unit in order_of), "head_looks", "head_left_out")
    shown = table(words, [("head_hospital", ""), *((key, "n") for key in columns)], rows, "league-of")
    return card(frame, "hospitals", title, [shown], words["def_bor"], n)


def reporting(frame: Frame, answer: Answer) -> Component:
    """How many hospitals said anything each day, of how many."""
    words = frame.words
    first, last = shown_days(frame, answer.first)
    told: dict[date, float | None] = {day: float(n) for day, (n, _) in answer.reporting.items()}
    every: dict[date, float | None] = {day: float(of) for day, (_, of) in answer.reporting.items()}
    lines = [Line("main", words["line_reporting"], told), Line("ghost", words["line_hospitals"], every)]
    body = [by_day(frame, lines, first, last)] if told else [void(words, link=drop_one(frame))]
    n = words.fill("n_looks", n=words.number(answer.n))
    return card(frame, "reporting", words["reporting_by_day"], body, words["def_silent"], n)
