"""What a person types into: a label, its field, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.frame import icon


class Input(Component):
    """An <input>, which dash.html lacks. It is drawn by layouts/markup.py alone, so it needs no script."""

    _namespace = "liveroom_html"
    _type = "Input"
    _prop_names = [  # noqa: RUF012 - as Dash declares it
        "id", "name", "type", "value", "required", "inputMode", "autoComplete", "autoFocus", "maxLength", "className",
        "checked", "disabled", "pattern", "placeholder",
    ]  # fmt: skip
    _valid_wildcard_attributes = ["aria-", "data-"]  # noqa: RUF012
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = []  # noqa: RUF012

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)  # type: ignore[no-untyped-call]


def field(
    name: str,
    label: Any,
    value: str,
    error: str | None = None,
    hint: str | None = None,
    choices: Sequence[Component] | None = None,
    **more: Any,
) -> Component:
    """One field under its label, a list to choose from where there are `choices`. What is wrong with it is said beside
    it, and to whoever cannot see that."""
    told = [f"{name}-hint"] * bool(hint) + [f"{name}-error"] * bool(error)
    about: dict[str, Any] = {"aria-describedby": " ".join(told)} if told else {}
    if error:
        about["aria-invalid"] = "true"
    typed: Component
    if choices is None:
        typed = Input(id=name, name=name, value=value, **about, **more)
    else:
        typed = html.Select(list(choices), id=name, name=name, **about, **more)
    return html.Div(
        [
            html.Label(label, htmlFor=name),
            html.P(hint, id=f"{name}-hint", className="hint") if hint else None,
            html.P([icon("alarm"), html.Span(error)], id=f"{name}-error", className="error") if error else None,
            typed,
        ],
        className="field",
    )


def option(value: str, text: str, chosen: str) -> Component:
    return html.Option(text, value=value, selected=value == chosen)
