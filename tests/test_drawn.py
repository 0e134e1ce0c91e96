"""A wall's tiles come to the page as one text of HTML: what it must be."""

from __future__ import annotations

from typing import Any

import pytest
from dash import dcc, html

from dashboards.drawn import Drawn
from layouts.frame import data
from layouts.markup import markup


def test_text_that_looks_like_markup_stays_text() -> None:
    drawing = html.B("RS <script>alert(1)</script> & Co", title='a "b" <c>', id="x")
    assert (
        markup(drawing)
        == '<b id="x" title="a &quot;b&quot; &lt;c&gt;">RS &lt;script&gt;alert(1)&lt;/script&gt; &amp; Co</b>'
    )


def test_every_way_to_give_children() -> None:
    assert markup(html.Div(["a", None, 0, html.I(), html.B(["c"])])) == "<div>a0<i></i><b>c</b></div>"


def test_names_are_those_of_html() -> None:
    drawing = html.Label("x", htmlFor="y", className="z", **data(words="{}"))
    assert markup(drawing) == '<label class="z" for="y" data-words="{}">x</label>'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"hidden": True}, '<p hidden=""></p>'),
        ({"hidden": False}, "<p></p>"),
        ({"data-x": ""}, '<p data-x=""></p>'),
        ({"data-x": None}, "<p></p>"),
        ({"aria-hidden": False}, '<p aria-hidden="false"></p>'),
        ({"style": {"gridArea": "map", "--rows": "4"}}, '<p style="grid-area:map;--rows:4"></p>'),
    ],
)
def test_what_an_attribute_becomes(given: dict[str, Any], expected: str) -> None:
    assert markup(html.P(**given)) == expected


def test_an_element_without_an_end_has_none() -> None:
    assert markup(html.Img(src="/a.svg", alt="")) == '<img alt="" src="/a.svg">'


def test_what_only_dash_can_draw_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"dash_core_components\.Graph cannot be drawn on a wall"):
        Drawn(html.Div(dcc.Graph()))
