"""/explore/water: how high the posts were, and how long in which stage of warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from dash import html
from dash.development.base_component import Component

from collectors.questions.water import EVERY, Answer, Stages
from collectors.readings.limits import Limits
from layouts.explore.charts import Line, by_day, by_hour
from layouts.explore.page import Frame, explore_page
from layouts.explore.parts import card, cell, drop_one, kpi, missed, reached, shown_days, table, void
from layouts.frame import icon
from layouts.words import UNKNOWN

SIAGA = ("1", "2", "3", "4")
KINDS = ("main", "third", "second", "ghost")
LINES = 4


def water_page(frame: Frame, answer: Answer, names: Mapping[str, str], limits: Limits) -> list[Component]:
    return explore_page(
        frame,
        [
            html.Div(kpis(frame, answer, limits), className="kpis four"),
            html.Div([levels(frame, answer, names), when(frame, answer, limits)], className="row wide-left even"),
            posts(frame, answer, names, limits),
        ],
    )


def raised(one: Stages, limits: Limits) -> int:
    """The looks at which a human was asked for."""
    return sum(getattr(one, f"siaga_{stage}") for stage in range(1, limits.water_watch + 1))


def kpis(frame: Frame, answer: Answer, limits: Limits) -> list[Component]:
    words, total, before = frame.words, answer.total, answer.before
    told = [one for one in answer.latest if one.reporting]
    high = [one for one in told if one.siaga is not None and one.siaga <= limits.water_watch]
    known = words.fill("of_known", n=words.number(len(told)))
    hours = words.lasted(raised(total, limits) * EVERY.total_seconds())
    was = words.lasted(raised(before, limits) * EVERY.total_seconds()) if before and before.n else None
    return [
        kpi(
            words["kpi_raised"], words.number(len(high)) if told else UNKNOWN,
            missed(known) if high else reached(known) if told else words["nobody_says"],
            of=words["now"], level="watch" if high else "normal",
        ),
        kpi(
            words["kpi_posts"], words.part(len(told), len(answer.latest)) if answer.latest else UNKNOWN,
            words["no_target"], of=words["now"],
        ),
        kpi(
            words["kpi_high_time"], hours, words.fill("siaga_from", n=limits.water_watch),
            words.fill("was", n=was) if was else None, of=words["summed"],
        ),
        kpi(words["kpi_highest"], words.centimetres(total.highest), words["no_target"]),
    ]  # fmt: skip


def levels(frame: Frame, answer: Answer, names: Mapping[str, str]) -> Component:
    """The highest level of each day, of the posts that were highest."""
    words = frame.words
    first, last = shown_days(frame, answer.first)
    highest = sorted(answer.posts.items(), key=lambda one: -(one[1].highest or 0))
    lines = []
    for kind, (post, _) in zip(KINDS, highest[:LINES], strict=False):
        days: dict[date, float | None] = defaultdict(lambda: None)
        for moment, level in answer.levels.get(post, {}).items():
            day = moment.astimezone(words.timezone).date()
            if level.high is not None:
                days[day] = max(days[day] or 0.0, float(level.high))
        lines.append(Line(kind, names.get(post, post), dict(days)))
    n = words.fill("n_looks", n=words.number(answer.total.n))
    shown = (
        by_day(frame, lines, first, last) if any(line.values for line in lines) else void(words, link=drop_one(frame))
    )
    title = words.fill("highest_by_day", n=words.number(min(LINES, len(highest))))
    return card(frame, "levels", title, [shown], words["def_level"], n)


def when(frame: Frame, answer: Answer, limits: Limits) -> Component:
    words = frame.words
    step = round(EVERY.total_seconds() / 60)
    found = {key: raised(one, limits) * step for key, one in answer.hours.items()}
    n = words.fill("n_looks", n=words.number(answer.total.n))
    shown = by_hour(frame, found, words["minutes_high"])
    return card(frame, "when", words["when_high"], [shown], words["def_siaga"], n)


def posts(frame: Frame, answer: Answer, names: Mapping[str, str], limits: Limits) -> Component:
    words, scope = frame.words, frame.scope
    now = {one.post: one for one in answer.latest}
    seconds = EVERY.total_seconds()
    rows = []
    for post, one in sorted(answer.posts.items(), key=lambda each: (-raised(each[1], limits), -(each[1].highest or 0))):
        look = now.get(post)
        level = words.centimetres(look.level_cm) if look and look.reporting else words["never_now"]
        stage = look.siaga if look and look.reporting else None
        bad = stage is not None and stage <= limits.water_watch
        said = words.fill("siaga_n", n=stage) if stage else UNKNOWN
        times = [
            cell(words, f"head_siaga_{n}", words.lasted(looks * seconds) if looks else "0", "" if looks else "zero")
            for n, looks in ((n, getattr(one, f"siaga_{n}")) for n in (1, 2, 3, 4))
        ]
        rows.append(
            html.Tr(
                [
                    html.Th(html.A(names.get(post, post), href=frame.link(scope.toggling("post", post))), scope="row"),
                    cell(words, "head_level_now", level, "key-of"),
                    cell(
                        words,
                        "head_siaga_now",
                        [icon("watch"), said] if bad else said,
                        "key-of bad" if bad else "key-of",
                    ),
                    cell(words, "head_highest", words.centimetres(one.highest), "key-of"),
                    *times,
                    cell(words, "head_not_known", words.share(one.unknown, one.n, fault=True), "of"),
                ]
            )
        )
    keys = (
        "head_level_now", "head_siaga_now", "head_highest", "head_siaga_1", "head_siaga_2", "head_siaga_3",
        "head_siaga_4", "head_not_known",
    )  # fmt: skip
    shown = table(words, [("head_post", ""), *((key, "n") for key in keys)], rows, "league-of")
    n = words.fill("n_looks", n=words.number(answer.total.n))
    body = [shown if rows else void(words, link=drop_one(frame))]
    return card(frame, "posts", words["posts_by_time"], body, words["def_siaga"], n)
