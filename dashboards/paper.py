"""A page that needs neither Dash nor, but for the ages, a script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dash.development.base_component import Component
from fastapi.responses import HTMLResponse, Response

from dashboards.drawn import markup
from layouts.card import Visit

FRESH = {"Cache-Control": "no-store"}
STYLES = ("10-palette.css", "30-icons.css", "60-card.css")
SCRIPTS = ("ages.js", "card.js")
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Live Room</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
{styles}
{scripts}
<noscript><meta http-equiv="refresh" content="{without_script}"></noscript>
</head>
<body class="card-page paper{classes}" data-link="up" data-build="{build}"{pause}>
{body}
</body>
</html>
"""


def paper_page(
    body: Sequence[Component], title: str, visit: Visit, *more: str, classes: str = "", pause: int = 0
) -> Response:
    """A whole page. `more` are the assets it needs beside those of every such page; `classes` are its body's own;
    `pause` is after how many seconds it asks for itself again, where that is not the usual."""
    styles = [*STYLES, *(name for name in more if name.endswith(".css"))]
    scripts = [*SCRIPTS, *(name for name in more if name.endswith(".js"))]
    page = PAGE.format(
        language=visit.words.language,
        title=escape(title),
        styles="\n".join(f'<link rel="stylesheet" href="/assets/{name}">' for name in styles),
        scripts="\n".join(f'<script src="/assets/{name}" defer></script>' for name in scripts),
        classes=f" {classes}" if classes else "",
        build=visit.build,
        pause=f' data-pause="{pause * 1000}"' if pause else "",
        without_script=pause or 10,
        body=markup(body),
    )
    return HTMLResponse(page, headers=FRESH)
