"""What the addresses under /api/v1/owners and /api/v1/reliability answer. Nothing in it is about a person."""

from __future__ import annotations

from typing import TypedDict

from collectors.readings.shape import AgencyReports, Freshness, SourceState
from collectors.records import AppGroup, AppStatus


class OwnerSummary(TypedDict):
    """One agency. `waiting` and `overdue` are its reports, None while complaints are not known; `applications_up` is
    None while no check is known."""

    slug: str
    name: str
    contact: str | None
    sources: int
    sources_live: int
    applications: int
    applications_up: int | None
    waiting: int | None
    overdue: int | None


class OwnedApplication(TypedDict):
    """An application as it was checked last. `since` is when its present trouble began, as far as we know."""

    id: str
    name: str
    group: AppGroup
    status: AppStatus
    latency_ms: int | None
    reason: str | None
    since: str | None


class OwnerDetail(OwnerSummary):
    """`reports` are all spellings of the agency's name as one; the two `..._freshness` say what they are worth."""

    aliases: list[str]
    reports: AgencyReports | None
    reports_as_of: str | None
    reports_freshness: Freshness
    applications_list: list[OwnedApplication]
    applications_as_of: str | None
    applications_freshness: Freshness
    sources_list: list[SourceState]


class Measured(TypedDict):
    """What was counted. `seconds` by state while somebody looked; `fresh`, `late`, `available` are shares of the
    observed seconds, `answers` of the times asked, `rejects` of the rows; None where nothing was observed. `small`:
    too little to be ranked."""

    asked: int
    answered: int
    rows: int
    rejected: int
    seconds: dict[str, float]
    observed: float
    fresh: float | None
    late: float | None
    available: float | None
    answers: float | None
    rejects: float | None
    small: bool


class SourceReliability(Measured):
    source: str


class OwnerReliability(Measured):
    slug: str
    name: str
    sources: list[SourceReliability]


class ReliabilityMonth(TypedDict):
    """A month of the city's days. `running` while it is not over. Without a count `owners` is empty."""

    month: str
    running: bool
    owners: list[OwnerReliability]
