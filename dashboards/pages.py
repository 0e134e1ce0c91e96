"""What is at which address: one Dash application whose page follows the address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs

from dash import Dash, Input, Output, State, dcc, html
from dash.backends._fastapi import FastAPIDashServer
from dash.development.base_component import Component
from fastapi import FastAPI

from dashboards.screen import Language, Screen
from dashboards.screens import screens_page
from dashboards.start import start_page
from dashboards.wall import wall_page
from layouts.words import Words

INDEX = """<!DOCTYPE html>
<html lang="{language}">
<head>
{{%metas%}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{%title%}}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="preload" href="/assets/fonts/inter.woff2" as="font" type="font/woff2" crossorigin>
{{%css%}}
</head>
<body data-link="up" data-build="{build}">
<script src="/assets/{first}"></script>
{{%app_entry%}}
<footer>
{{%config%}}
{{%scripts%}}
{{%renderer%}}
</footer>
</body>
</html>"""


FIRST = "snapshot.js"
"""The one script that runs before anything is drawn."""
STUDIED = (
    "explore.js",
    "notes.js",
    "replay.js",
    "70-replay-page.css",
    "64-explore.css",
    "65-adoption.css",
    "66-brief.css",
    "67-notes.css",
)
"""What only the pages about the past need, which ask for it themselves."""
ON_TOURS = ("tour.js", "vote.js", "join.js", "guide.js", "guide-start.js", "68-tour.css")
"""What only the pages of tours need."""


def addresses(screens: Mapping[str, Screen]) -> list[str]:
    """Every address that is a page."""
    return ["/", "/screens", *(f"/wall/{name}" for name in screens)]


def page_at(path: str, search: str, screens: Mapping[str, Screen], words: Mapping[Language, Words]) -> Component:
    """The page of an address. The language may be asked for with `?lang=`; one we do not have is ignored."""
    asked = cast("Language", parse_qs(search.lstrip("?")).get("lang", [""])[-1])
    if path.startswith("/wall/"):
        screen = screens[path.removeprefix("/wall/")]
        return wall_page(screen, words.get(asked) or words[screen.language])
    if path == "/screens":
        return screens_page(screens, words.get(asked) or next(iter(words.values())), list(words))
    return start_page(screens, words.get(asked) or next(iter(words.values())), list(words))


def pages(screens: Mapping[str, Screen], words: Mapping[Language, Words], build: str, assets: Path) -> Dash:
    """The Dash application. Its own websocket stays off: the hub's is the only one (docs/architecture.md)."""
    FastAPIDashServer.websocket_capability = False
    language, first = next(iter(words.items()))
    app = Dash(
        "Live Room",
        server=FastAPI(docs_url=None, redoc_url=None, openapi_url=None),  # type: ignore[arg-type]
        title=f"Live Room · {first.city}",
        update_title="",
        assets_folder=str(assets),
        assets_ignore="|".join(name.replace(".", r"\.") for name in (FIRST, *STUDIED, *ON_TOURS)),
        index_string=INDEX.format(language=language, build=build, first=FIRST),
    )
    app.layout = html.Div([dcc.Location(id="address"), html.Div(id="page")])

    @app.callback(Output("page", "children"), Input("address", "pathname"), State("address", "search"))
    async def page(path: str, search: str | None) -> Component:
        return page_at(path, search or "", screens, words)

    return app
