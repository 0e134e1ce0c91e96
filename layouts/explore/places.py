"""The map: subdistricts shaded by a number, districts by name and number; each chooses its place."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from layouts.explore.charts import ramp, shade, steps
from layouts.explore.page import Frame
from layouts.explore.parts import text
from layouts.map_svg import WIDTH, Drawing
from layouts.raw import Raw


def place_map(
    frame: Frame, city: Drawing, subdistricts: Mapping[str, int], districts: Mapping[str, int], unit: str
) -> Component:
    """Counts, not per resident. Where a district is chosen, its subdistricts are named too."""
    words, scope = frame.words, frame.scope
    limits = steps([subdistricts.get(code, 0) for code in city.subdistricts])
    here = scope.chosen("district")
    there = scope.chosen("subdistrict")
    areas = "".join(
        f'<a href="{text(frame.link(scope.choosing("district", district).choosing("subdistrict", code)))}"'
        f' tabindex="-1"><path class="h{shade(subdistricts.get(code, 0), limits)}'
        f'{" off" if here and district not in here else ""}{" on" if code in there else ""}" d="{line}">'
        f"<title>{text(name)}: {words.number(subdistricts.get(code, 0))}</title></path></a>"
        for code, (name, district, line) in city.subdistricts.items()
    )
    outlines = "".join(
        f'<path class="{"on" if code in here else ""}" d="{line}"/>' for code, (_, line, _, _) in city.districts.items()
    )
    shown = {code: words.number(districts.get(code, 0)) if not here or code in here else "" for code in city.districts}
    labels = "".join(
        f'<a href="{text(frame.link(scope.toggling("district", code)))}"'
        f' aria-label="{text(name)} {shown[code]}">'
        f'<g transform="translate({x:.1f} {y:.1f})" class="{"off" if here and code not in here else ""}">'
        f'<text y="-4">{text(name)}</text><text class="n" y="36">{shown[code]}</text></g></a>'
        for code, (name, _, x, y) in city.districts.items()
    )
    svg = (
        f'<svg class="place-map" viewBox="0 0 {WIDTH:.0f} {city.height:.0f}" role="group"'
        f' aria-label="{text(words["map"])}">'
        f'<g class="areas">{areas}</g><g class="lines">{outlines}</g><path class="city" d="{city.city}"/>'
        f'<g class="labels">{labels}</g></svg>'
    )
    schematic = html.Span(words["schematic"], className="schematic") if city.schematic else None
    return html.Figure([Raw(svg), html.Figcaption([ramp(frame, limits, unit), schematic])])
