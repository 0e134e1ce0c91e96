"""GeoReport's XML: plural elements around singular ones, an empty element for what is not known."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import web

Row = dict[str, object]


def rows_xml(rows: list[Row], plural: str, singular: str) -> Element:
    """A list of rows: `<plural><singular>...</singular></plural>`."""
    root = Element(plural)
    for each in rows:
        _fill(SubElement(root, singular), each)
    return root


def discovery_xml(body: Row) -> Element:
    """The service discovery document."""
    root = Element("discovery")
    endpoints = body.pop("endpoints")
    _fill(root, body)
    if isinstance(endpoints, list):
        around = SubElement(root, "endpoints")
        for each in endpoints:
            endpoint = SubElement(around, "endpoint")
            formats = each.pop("formats")
            _fill(endpoint, each)
            listed = SubElement(endpoint, "formats")
            for name in formats:
                SubElement(listed, "format").text = name
    return root


def xml_answer(root: Element, status: int = 200) -> web.Response:
    """An XML answer in UTF-8."""
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return web.Response(body=body, status=status, content_type="text/xml", charset="utf-8")


def _fill(element: Element, values: Row) -> None:
    for key, value in values.items():
        child = SubElement(element, key)
        if isinstance(value, dict):
            _fill(child, value)
        elif isinstance(value, bool):
            child.text = str(value).lower()
        elif value is not None:
            child.text = str(value)
