"""The page on which a long download is waited for, and the one that says why there is none."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from collectors.questions.scope import Scope
from layouts.card import Visit
from layouts.explore.page import NAV, tabs
from layouts.frame import data, icon
from layouts.paper import aria, paper


def waiting_page(scope: Scope, visit: Visit, kind: str, name: str, total: int, demo: bool) -> list[Component]:
    """The script (assets/export.js) starts the file, counts its rows and fetches it."""
    words = visit.words
    said = {
        one: words[f"export_{key}"]
        for one, key in (
            ("of", "progress_of"), ("waiting", "waits"), ("ready", "ready"), ("gone", "gone"), ("failed", "failed"),
        )
    }  # fmt: skip
    body = [
        html.H2(name),
        html.P(words.fill("export_long", n=words.number(total))),
        html.Progress(value="0", max=str(total), id="export-bar", **aria(label=words["export_progress"])),
        html.P("", id="export-said", role="status", **aria(live="off")),
        html.Div(
            [
                html.Button(words["export_cancel"], type="button", id="export-cancel"),
                html.Button(words["export_again"], type="button", id="export-again", hidden=True),
                html.A(words["export_file"], href="", id="export-file", hidden=True),
                html.A(words["export_back"], href=scope.address(words.language)),
            ],
            className="acts-of",
        ),
        html.Noscript(html.P(words["export_without_script"])),
    ]
    section = html.Section(body, className="x-card exporting", id="exporting", **data(own="", **said))
    return whole(scope, visit, kind, section, demo)


def refused_page(scope: Scope, visit: Visit, kind: str, said: str) -> list[Component]:
    words = visit.words
    back = html.A(words["export_back"], href=scope.address(words.language))
    again = html.A(words["again"], href=scope.address(words.language, f"/export/{scope.area}.{kind}"))
    section = html.Section([icon("watch"), html.B(said), html.P([back, " · ", again])], className="void", role="status")
    return whole(scope, visit, kind, section, False)


def whole(scope: Scope, visit: Visit, kind: str, section: Component, demo: bool) -> list[Component]:
    title = html.Div([html.H1(f"{visit.words['export']} {kind.upper()}")], className="x-head")
    query = scope.query()
    machine = f"/api/v1/explore/{scope.area}{f'?{query}' if query else ''}"
    path = f"/export/{scope.area}.{kind}"
    return paper([title, section], path, query, demo, machine, visit, NAV, tabs(visit.words))
