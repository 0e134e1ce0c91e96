"""What a tile draws, put into Dash's page in one piece.

Dash makes a React component of every element, which costs most of a millisecond each: a wall has a thousand. Nothing on
a wall ever asks Dash for an element again (assets/tile.js writes into them), so they come as one text of HTML.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.markup import markup


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
