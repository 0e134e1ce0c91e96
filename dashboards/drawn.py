"""What a tile draws, put into Dash's page in one piece.

Dash makes a React component of every element, which costs most of a millisecond each: a wall has a thousand. Nothing on
a wall ever asks Dash for an element again (assets/tile.js writes into them), so they come as one text of HTML.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from dash.development.base_component import Component

HTML = ("dash_html_components", "liveroom_html")
VOID = ("img", "br", "hr", "input", "wbr")
RENAMED = {"className": "class", "htmlFor": "for"}
SPELT_OUT = ("aria-", "data-")
CAPITAL = re.compile(r"(?=[A-Z])")


class Drawn(Component):
    """One text of HTML as a component (assets/drawn.js)."""

    _namespace = "liveroom"
    _type = "Drawn"
    _prop_names = ["html"]  # noqa: RUF012 - as Dash declares it
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012

    def __init__(self, drawing: Component) -> None:
        super().__init__(html=markup(drawing))  # type: ignore[no-untyped-call]


def markup(node: Any) -> str:
    """HTML of a tree of `dash.html` components, as the browser would draw it. Raises TypeError for any other part."""
    if node is None:
        return ""
    if isinstance(node, (list, tuple)):
        return "".join(markup(child) for child in node)
    if not isinstance(node, Component):
        return escape(str(node), quote=False)
    given = node.to_plotly_json()  # type: ignore[no-untyped-call]
    if given["namespace"] not in HTML:
        raise TypeError(f"{given['namespace']}.{given['type']} cannot be drawn on a wall: only dash.html can")
    if given["type"] == "Raw":
        return str(given["props"]["svg"])
    name = given["type"].lower()
    props = given["props"]
    children = markup(props.pop("children", None))
    head = "".join([name, *(attribute(key, value) for key, value in props.items())])
    return f"<{head}>" if name in VOID else f"<{head}>{children}</{name}>"


def attribute(key: str, value: Any) -> str:
    """` key="value"`; nothing for what is None or False, an empty value for True."""
    if key == "style":
        value = ";".join(f"{style_name(name)}:{one}" for name, one in value.items())
    if key.startswith(SPELT_OUT) and isinstance(value, bool):
        value = str(value).lower()
    if value is None or value is False:
        return ""
    return f' {RENAMED.get(key, key.lower())}="{"" if value is True else escape(str(value))}"'


def style_name(name: str) -> str:
    """gridArea -> grid-area, WebkitLineClamp -> -webkit-line-clamp; --rows stays."""
    return name if name.startswith("--") else CAPITAL.sub("-", name).lower()
