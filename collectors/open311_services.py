"""The list of services of a GeoReport v2 server: what its service codes are called."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.fetch import Http
from collectors.open311_answer import accept, xml_object
from collectors.text import plain


async def service_names(http: Http, base: str, form: str, params: Mapping[str, str], limit: float) -> dict[str, str]:
    """service_code -> service_name. Raises CollectError."""
    answer = await http.get(f"{base}/services.{form}", params=params, headers=accept(form), limit=limit)
    answer.require_success()
    names: dict[str, str] = {}
    for row in _rows(answer, form):
        code = plain(row.get("service_code"), 100) if isinstance(row, Mapping) else None
        name = plain(row.get("service_name"), 200) if isinstance(row, Mapping) else None
        if code and name:
            names[code] = name
    return names


def _rows(answer: Answer, form: str) -> list[object]:
    document = xml_object(answer.xml()) if form == "xml" else answer.json()
    for key in ("services", "service"):
        if isinstance(document, Mapping) and key in document:
            document = document[key]
    if isinstance(document, Mapping):
        document = [document]
    if not isinstance(document, list):
        raise SourceError(answer.host, "answered something that is not a list of services")
    return document
