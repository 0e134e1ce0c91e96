"""/owners/<slug>: one agency's reports, applications and sources, with nothing personal on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from dash import html
from dash.development.base_component import Component

from collectors.owners import Owner
from collectors.readings.shape import AbnormalApp, AgencyReports, AppCell, OpenReport
from collectors.records import AppStatus, ComplaintStatus
from layouts.app_words import app_status, expires
from layouts.apps import SHAPES
from layouts.card import Visit, state_line
from layouts.contact import contact_link
from layouts.frame import data, hand, icon
from layouts.league import Standing
from layouts.paper import age, first_large, paper
from layouts.sources import standing
from layouts.sources_page import SourceRow, source_table
from layouts.state import TileState
from layouts.words import UNKNOWN, Words

WORST = ("down", "degraded", "unknown", "maintenance", "up")
PARTS: tuple[ComplaintStatus, ...] = get_args(ComplaintStatus)


@dataclass(frozen=True, slots=True)
class AppLine:
    """One application as it was checked last; `trouble` where it does not answer well."""

    cell: AppCell
    trouble: AbnormalApp | None

    @property
    def marked(self) -> AppStatus:
        """As on the wall: one that answers with a certificate about to end is marked like one degraded."""
        return "degraded" if expires(self.cell) else self.cell["status"]


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """What one owner has. `reports` is None while complaints are not known. `apps_at` None: no application area."""

    owner: Owner
    reports: AgencyReports | None
    reports_at: TileState
    window_days: int
    limit_days: float
    apps: Sequence[AppLine]
    apps_at: TileState
    sources: Sequence[SourceRow]
    month: Standing | None


def draw_owner(page: OwnerPage, visit: Visit) -> list[Component]:
    words, owner = visit.words, page.owner
    names = [name for name in owner.aliases if name != owner.name]
    head = html.Section(
        [
            html.P(html.A(words["league"], href=f"/owners?lang={words.language}"), className="crumb"),
            html.H1(owner.name),
            html.P(words.fill("known_as", names=", ".join(names)), className="why") if names else None,
            html.P(contact_link(owner.contact, words), className="contact"),
        ],
        className="title",
    )
    body = [
        head,
        html.Div(figures(page, words), className="figures"),
        html.Div([reports(page, words), applications(page, visit)], className="pair"),
        sources(page, visit) if page.sources else None,
    ]
    demo = any(row.state["demo"] for row in page.sources) or page.reports_at["demo"] or page.apps_at["demo"]
    return paper(body, f"/owners/{owner.slug}", "", demo, f"/api/v1/owners/{owner.slug}", visit)


def figures(page: OwnerPage, words: Words) -> list[Component]:
    """The leading numbers, in the order of the blocks below them."""
    mine, at = page.reports, page.reports_at
    days = words.number(page.limit_days, 1)
    overdue = mine["overdue"] if mine else 0
    calm = [
        html.Span(words.fill("none_overdue", days=days), className="vouch"),
        html.Span(words["last_none_overdue"], className="doubted"),
    ]
    late = [icon("watch"), words.fill("overdue_n", n=words.number(overdue), days=days)]
    waiting = (late if overdue else calm) if mine else words["reports_unknown"]
    window = words.fill("window", n=words.number(page.window_days))
    up = sum(app.cell["status"] == "up" for app in page.apps)
    bad = sum(app.cell["status"] in ("down", "degraded") for app in page.apps)
    answering = [icon("watch"), words.fill("apps_down", n=words.number(bad))] if bad else words["answering"]
    live = sum(standing(row.state) == "live" for row in page.sources)
    month = page.month
    return [
        figure(first_large(words["waiting"]), words.number(mine and mine["waiting"]), waiting, at, watch=overdue > 0),
        figure(
            first_large(words["in_progress"]), words.number(mine and mine["in_progress"]), words["owner_reports"], at
        ),
        figure(first_large(words["done"]), words.number(mine and mine["done"]), window, at),
        figure(
            words["owner_apps"],
            words.part(up if page.apps_at["as_of"] else None, len(page.apps)) if page.apps else UNKNOWN,
            answering if page.apps else words["owner_no_apps"],
            page.apps_at if page.apps else None,
            watch=bad > 0,
        ),
        figure(
            words["owner_sources"],
            words.part(live, len(page.sources)) if page.sources else UNKNOWN,
            words["source_live"] if page.sources else words["owner_no_sources"],
        ),
        figure(
            words["owner_fresh"],
            words.share(month.fresh, month.observed) if month else UNKNOWN,
            words.join(words["this_month"], words["small_n"] if month and month.small else None),
        ),
    ]


def figure(name: str, number: str, said: Any, at: TileState | None = None, *, watch: bool = False) -> Component:
    """One number, what it is and what it means; `at` is how fresh it is, where that is not in its name."""
    about = {} if at is None else data(freshness=at["freshness"])
    return html.Div(
        [html.H2(name), html.P(number, className="number"), html.P(said, className="said-of")],
        className="figure watch" if watch else "figure",
        **about,
    )


def block(name: str, words: Words, at: TileState, *inside: Component | None) -> Component:
    """A part of the page with its own age, which the script counts."""
    return html.Section(
        [html.Header([html.H2(words[f"owner_{name}"]), state_line(at, words)]), *inside],
        className=f"block {name}",
        **data(tile=name, freshness=at["freshness"]),
    )


def reports(page: OwnerPage, words: Words) -> Component:
    mine = page.reports
    if mine is None or not sum(mine[part] for part in PARTS):
        nothing = words["reports_unknown" if mine is None else "owner_no_reports"]
        return block("reports", words, page.reports_at, html.P(nothing, className="empty"))
    oldest = html.P(
        [html.Span(words["owner_oldest"]), html.B(age(mine["oldest"]))]
        if mine["oldest"]
        else html.B(words["none_waiting"]),
        className="oldest overdue" if mine["overdue"] else "oldest",
    )
    rows = [html.Tr([html.Td(age(one["at"]), className="age-of"), *report(one, words)]) for one in mine["open"]]
    window = words.number(page.window_days)
    heads = [html.Th(words[key], scope="col") for key in ("head_age", "head_category", "head_place", "head_status")]
    listed = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="list open")
    return block(
        "reports",
        words,
        page.reports_at,
        oldest,
        html.H3(words["owner_ageing"]) if mine["waiting"] else None,
        ageing(mine["by_age"], page.limit_days, words) if mine["waiting"] else None,
        html.H3(words["owner_open"]) if rows else None,
        listed if rows else None,
        html.P(f"{words.fill('owner_reports_why', n=window)} {words['owner_masked']}", className="foot-of"),
    )


def report(one: OpenReport, words: Words) -> list[Component]:
    status = one["status"]
    return [
        html.Td(html.B(one["category"], **hand(one))),
        html.Td(one["subdistrict"] or words["place_unknown"]),
        html.Td([icon(f"c-{status}"), words[f"status_{status}"]], className="status"),
    ]


def ageing(by_age: Sequence[int], limit_days: float, words: Words) -> Component:
    """Waiting reports by age, in seven equal parts of the limit and one beyond it."""
    parts, most = len(by_age) - 1, max(1, *by_age)
    bars = []
    for i, count in enumerate(by_age):
        low, high = (words.number(limit_days * edge / parts, 1) for edge in (i, i + 1))
        label = f">{words.number(limit_days, 1)}" if i == parts else f"<{high}" if i == 0 else f"{low}–{high}"
        bars.append(
            html.Li(
                [html.B(words.number(count)), html.I(style={"--h": f"{count / most:.3f}"}), html.Span(label)],
                className="beyond" if i == parts and count else "beyond none" if i == parts else "",
            )
        )
    return html.Figure([html.Ol(bars), html.Figcaption(words["age_axis"])], className="ageing")


def applications(page: OwnerPage, visit: Visit) -> Component:
    words, now = visit.words, visit.at.isoformat()
    if not page.apps:
        return block("apps", words, page.apps_at, html.P(words["owner_no_apps"], className="empty"))
    ordered = sorted(page.apps, key=lambda app: WORST.index(app.marked))
    lines = []
    for app in ordered:
        status, trouble = app.cell["status"], app.trouble
        began = (
            words.fill("app_since", time=words.time(trouble["since"], now)) if trouble and trouble["since"] else None
        )
        why = words.join(trouble["reason"] if trouble else None, began if status != "unknown" else None)
        if trouble and expires(trouble):
            why = app_status(trouble, None, words)
        latency = words.latency(app.cell["latency_ms"]) if status == "up" else None
        said = html.Span(words.join(words[f"app_{status}"], latency))
        name = html.B(app.cell["name"], **hand(app.cell))
        lines.append(
            html.Li(
                [icon(SHAPES.get(app.marked, "live")), name, said, html.Em(why) if why else None], className=app.marked
            )
        )
    return block("apps", words, page.apps_at, html.Ul(lines, className="apps-of"))


def sources(page: OwnerPage, visit: Visit) -> Component:
    words = visit.words
    all_of_them = html.A(words["sources_page"], href=f"/sources?lang={words.language}")
    head = html.Header([html.H2(words["owner_sources"]), all_of_them])
    return html.Section([head, source_table(page.sources, visit, acts=False)], className="block")
