"""What the brief holds, before anybody has put it into words: as JSON, without a language.

Times are ISO 8601 in UTC with a Z; shares are from 0 to 1, durations seconds; None is unknown, never zero. Addresses
are paths of this site, without a language.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from collectors.readings.shape import Freshness, Level
from collectors.readings.stage import Stage
from collectors.source import Area

Period = Literal["day", "week", "month", "quarter"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "quarter")
DAYS: dict[Period, int] = {"day": 1, "week": 7, "month": 30, "quarter": 90}
Form = Literal["share", "count", "duration"]
Verdict = Literal["met", "missed", "alarm", "below", "few", "free", "doubt", "unknown"]
"""`below`: less than a band wants, which is not bad; `few`: of so few that a miss may be chance; `free`: no target;
`doubt`: well as far as is known, which is old."""
When = Literal["now", "yesterday"]
Severity = Literal["alarm", "watch", "doubt"]


class Measured(TypedDict):
    """One number over one time. It is `part` of `whole`, or a mean over `looks`; `link` leads to what it is made of."""

    value: float | None
    part: int | None
    whole: int | None
    looks: int | None
    when: When | None
    verdict: Verdict
    link: str | None


class Target(TypedDict):
    """At least, at most, or both; both None: there is none."""

    least: float | None
    most: float | None


class Indicator(TypedDict):
    """One indicator. `before` is what `day` was a day earlier; `verdict` is that of the day, or of the week where the
    day's is of few or not known. `limit` is the time in seconds that its definition names, where it names one."""

    name: str
    area: Area
    form: Form
    target: Target
    limit: float | None
    day: Measured
    week: Measured
    month: Measured
    quarter: Measured
    before: Measured
    verdict: Verdict


class Proposal(TypedDict):
    """What a rule can honestly propose: `kind` names its sentence, `values` fill it."""

    kind: str
    values: dict[str, Any]


class Decision(TypedDict):
    """Something that needs a decision. `kind` names its sentences, `values` fill them; `owner` is whose it is, `until`
    when it will be too late, where that can be reckoned; `stale` the age of what is known where that is in doubt."""

    kind: str
    severity: Severity
    area: Area
    owner: str
    values: dict[str, Any]
    proposal: Proposal | None
    until: str | None
    stale: str | None
    link: str | None


class Change(TypedDict):
    """Something that crossed its limit in the last 24 hours, or came back (`back`)."""

    kind: str
    severity: Severity | None
    back: bool
    values: dict[str, Any]
    link: str | None


class BriefSource(TypedDict):
    """A source of what is shown, and how fresh it is."""

    name: str
    area: Area
    owner: str
    freshness: Freshness
    as_of: str | None
    failing_since: str | None
    fault: str | None


class AreaLevel(TypedDict):
    """How grave an area is, as far as it is known now."""

    area: Area
    level: Level


class Never(TypedDict):
    """Whoever has never reported: a hospital, a post or a source."""

    kind: Literal["hospital", "post", "source"]
    name: str


class Trouble(TypedDict):
    """Why the past is not known (`failed`), or not whole: Redis does not answer (`alone`), files cannot be read."""

    kind: Literal["failed", "alone", "broken"]
    detail: str


class Brief(TypedDict):
    """The whole brief. `decisions` are all, the most pressing first. `first` is the day from which on anything is known
    of an area's past."""

    at: str
    stage: Stage
    levels: list[AreaLevel]
    decisions: list[Decision]
    indicators: list[Indicator]
    changes: list[Change]
    sources: list[BriefSource]
    never: list[Never]
    first: dict[Area, str | None]
    trouble: Trouble | None
    demo: bool
