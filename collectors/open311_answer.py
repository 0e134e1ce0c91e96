"""The two forms of a GeoReport v2 answer, as rows: JSON (bare list, wrapped or one object) and XML."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from collectors.answer import Answer
from collectors.environment import hidden
from collectors.failures import SourceError
from collectors.records import CollectError
from collectors.text import plain

Row = dict[str, Any]

_DEPTH = 6
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WRAPPERS = ("service_requests", "requests", "service_request")


def rows(answer: Answer, form: str, secret: str | None = None) -> list[object]:
    """The requests in an answer, unread. Raises CollectError for anything else, saying what the server said.

    Servers may repeat the key they were asked with: `secret` is cut out of what they say.
    """
    if not 200 <= answer.status < 300:
        raise answer.problem(hidden(_refusal(answer, form), secret))
    found = _from_xml(answer) if form == "xml" else _from_json(answer)
    if said := _errors(found):
        raise SourceError(answer.host, f"answered an error: {hidden(said, secret)}")
    return found


def _refusal(answer: Answer, form: str) -> str | None:
    """What the error document of a failed request says, if it is one."""
    try:
        return _errors(_from_xml(answer) if form == "xml" else _from_json(answer))
    except CollectError:
        # a failure with another body: its status is the whole sentence
        return None


def _from_json(answer: Answer) -> list[object]:
    body = answer.json()
    if isinstance(body, dict):
        for key in (*_WRAPPERS, "errors"):
            if key in body:
                body = body[key]
                break
    if isinstance(body, dict):
        body = [body]
    if not isinstance(body, list):
        raise SourceError(answer.host, "answered JSON that is not a list of service requests")
    if body and not any(isinstance(row, dict) and _telling(row) for row in body):
        raise SourceError(answer.host, "answered JSON that is not a list of service requests")
    return body


def _telling(row: Row) -> bool:
    return bool(
        row.keys() & {"service_request_id", "service_code", "requested_datetime", "token", "code", "description"}
    )


def _from_xml(answer: Answer) -> list[object]:
    root = answer.xml()
    name = _local(root)
    if name in {"request", "service_request"}:
        return [_value(root, _DEPTH)]
    if name not in {"service_requests", "requests", "errors"}:
        raise SourceError(answer.host, f"answered XML that is not a list of service requests ({plain(name, 40)})")
    return [_value(child, _DEPTH) for child in root if isinstance(child.tag, str)]


def accept(form: str) -> dict[str, str]:
    """The header that asks for a form, for servers that mind it more than the suffix."""
    return {"Accept": "application/json" if form == "json" else "text/xml, application/xml"}


def xml_object(root: Element) -> object:
    """An XML document as JSON would have it, without its outermost name."""
    return _value(root, _DEPTH)


def _value(element: Element, depth: int) -> object:
    """Text, None, or an object of its children; a repeated child becomes a list."""
    if element.get(_NIL, "").strip().lower() in {"true", "1"}:
        return None
    if len(element) == 0 or depth == 0:
        return (element.text or "").strip() or None
    held: Row = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name, value = _local(child), _value(child, depth - 1)
        before = held.get(name)
        if isinstance(before, list):
            before.append(value)
        else:
            held[name] = [before, value] if name in held else value
    return held


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _errors(found: list[object]) -> str | None:
    """The sentence of an error document: objects with code and description and no request."""
    said = [
        plain(row.get("description"), 150) or f"code {plain(row.get('code'), 20)}"
        for row in found
        if isinstance(row, dict) and "code" in row and not row.keys() & {"service_request_id", "requested_datetime"}
    ]
    return "; ".join(said[:3]) if said else None
