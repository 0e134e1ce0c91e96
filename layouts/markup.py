"""HTML of what is drawn with `dash.html`, as one text."""

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
