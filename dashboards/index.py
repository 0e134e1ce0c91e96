"""The HTML that Dash makes for an address, with the addresses that may be kept and without what its page never uses."""

from __future__ import annotations

import re

from dashboards.assets import Assets
from dashboards.suites import Suites

SCRIPT = re.compile(r'<script src="(/_dash-component-suites/[^"]+)"></script>\s*')
STYLE = re.compile(r'<link rel="stylesheet" href="/_dash-component-suites/[^"]+">\s*')
ON_A_WALL = re.compile(r"/_dash-component-suites/dash/(deps/(?!polyfill)|dash-renderer/|dcc/|html/)")
LOCAL_PLOTLY = '"serve_locally":true'


def scripts(page: str) -> list[str]:
    """The addresses of Dash's scripts in a page."""
    return SCRIPT.findall(page)


def finished(page: str, path: str, assets: Assets, suites: Suites) -> str:
    """A page as it is sent.

    A wall's tiles are HTML and SVG: it is spared the packages for tables, forms and charts, and what old browsers need.
    """
    page = assets.in_page(page)
    if path.startswith("/wall/"):
        page = SCRIPT.sub(lambda found: found[0] if ON_A_WALL.match(found[1]) else "", page)
        page = STYLE.sub("", page)
    plotly = suites.address("plotly", "package_data/plotly.min.js")
    return page.replace(LOCAL_PLOTLY, f'"serve_locally":false,"plotlyjs_url":"{plotly}"', 1)
