"""Drawings as text: SVG, which dash.html has no elements for. Everything in it that is not ours must be escaped."""

from __future__ import annotations

from dash.development.base_component import Component


class Raw(Component):
    """A text of SVG. It is put into a page by layouts/markup.py alone, so it needs no script."""

    _namespace = "liveroom_html"
    _type = "Raw"
    _prop_names = ["svg"]  # noqa: RUF012 - as Dash declares it
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012

    def __init__(self, svg: str) -> None:
        super().__init__(svg=svg)  # type: ignore[no-untyped-call]
