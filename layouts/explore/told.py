"""What the parts of the page of complaints share beside the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.questions.complaint_answers import Report
from collectors.readings.limits import Limits
from layouts.explore.page import Frame
from layouts.map_svg import Drawing
from layouts.words import Words


@dataclass(frozen=True, slots=True)
class Told:
    """What the page needs beside the answer: names by code, the city's map, its limits, its residents by district."""

    agencies: Mapping[str, str]
    districts: Mapping[str, str]
    subdistricts: Mapping[str, str]
    city: Drawing
    limits: Limits
    residents: Mapping[str, int]
    report: Report | None = None

    def agency(self, slug: str, words: Words) -> str:
        return self.agencies.get(slug, slug) if slug else words["agency_unknown"]

    def place(self, one: Report) -> str | None:
        names = (self.subdistricts.get(one.subdistrict or ""), self.districts.get(one.district or ""))
        return ", ".join(name for name in names if name) or None


def frame_slug(frame: Frame, one: Report) -> str:
    return frame.names.get(one.agency or "", "")


def report_link(frame: Frame, one: Report) -> str:
    return frame.link(replace(frame.scope, report=f"{one.source}/{one.id}")) + "#report"
