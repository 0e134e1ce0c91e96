"""Pages that need neither Dash nor, but for the ages on some, a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import cast

from dash.development.base_component import Component
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from dashboards.screen import Language
from layouts.card import Visit
from layouts.markup import markup
from layouts.words import Words

FRESH = {"Cache-Control": "no-store"}
STYLES = ("10-palette.css", "30-icons.css", "60-card.css")
SCRIPTS = ("ages.js", "card.js")
REFRESH = '<noscript><meta http-equiv="refresh" content="{seconds}"></noscript>'
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Live Room</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
{head}
</head>
<body class="card-page paper{classes}" data-link="up" data-build="{build}"{pause}>
{body}
</body>
</html>
"""


def visit_of(request: Request, words: Mapping[Language, Words], build: str) -> Visit:
    """Someone who asks for a page: with `?lang=` in a language we have, else in the city's first."""
    asked = cast("Language", request.query_params.get("lang", ""))
    mine = words.get(asked) or next(iter(words.values()))
    return Visit(mine, [language for language in words if language != mine.language], build, datetime.now(UTC))


def paper_page(
    body: Sequence[Component],
    title: str,
    visit: Visit,
    *more: str,
    classes: str = "",
    status: int = 200,
    pause: int = 0,
    typed: bool = False,
    follows: bool = True,
) -> Response:
    """A whole page. `more` are the assets it needs beside those of every such page; `classes` are its body's own;
    `pause` is after how many seconds it asks for itself again, where that is not the usual.

    One that somebody types into (`typed`) has no script and is never loaded anew by itself; one that does not follow
    the server so (`follows`) has only its own scripts.
    """
    head = [f'<link rel="stylesheet" href="/assets/{name}">' for name in (*STYLES, *more) if name.endswith(".css")]
    if not typed:
        scripts = (name for name in (*(SCRIPTS if follows else ()), *more) if name.endswith(".js"))
        head += [f'<script src="/assets/{name}" defer></script>' for name in scripts]
        head += [REFRESH.format(seconds=pause or 10)] if follows else []
    page = PAGE.format(
        language=visit.words.language,
        title=escape(title),
        head="\n".join(head),
        classes=f" {classes}" if classes else "",
        build=visit.build,
        pause=f' data-pause="{pause * 1000}"' if pause else "",
        body=markup(body),
    )
    return HTMLResponse(page, status, FRESH)
