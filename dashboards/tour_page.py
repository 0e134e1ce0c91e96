"""The HTML of a tour's pages: small, of our own, without Dash."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dash.development.base_component import Component
from fastapi.responses import HTMLResponse, Response

from dashboards.paper import FRESH
from layouts.markup import markup
from layouts.words import Words

STYLES = ("10-palette.css", "30-icons.css", "68-tour.css")
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Live Room</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="preload" href="/assets/fonts/inter.woff2" as="font" type="font/woff2" crossorigin>
{head}
</head>
<body class="{classes}" data-link="up"{about}>
{body}
</body>
</html>
"""


def tour_page(
    body: Sequence[Component],
    title: str,
    words: Words,
    *scripts: str,
    classes: str = "visit paper",
    about: dict[str, str] | None = None,
    status: int = 200,
    refresh: bool = False,
) -> Response:
    """`about` is what the scripts need to know, as `data-` attributes of the body; `refresh`, whether it asks for
    itself again where no script runs."""
    head = [f'<link rel="stylesheet" href="/assets/{name}">' for name in STYLES]
    head += [f'<script src="/assets/{name}" defer></script>' for name in scripts]
    if refresh:
        head.append('<noscript><meta http-equiv="refresh" content="10"></noscript>')
    page = PAGE.format(
        language=words.language,
        title=escape(title),
        head="\n".join(head),
        classes=classes,
        about="".join(f' data-{key}="{escape(value)}"' for key, value in (about or {}).items()),
        body=markup(list(body)),
    )
    return HTMLResponse(page, status, FRESH)
