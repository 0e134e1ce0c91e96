"""What is asked of the product, of pandas and of PostgreSQL alike: pages of complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collectors.facts import stamp
from collectors.questions.scope import scope_from
from collectors.readings.limits import Limits
from tests.bench.made_past import DISTRICT, ZONE

AGE, ANSWER = Limits().complaint_age, Limits().complaint_answer
COLUMNS = (
    "source", "id", "agency", "district", "subdistrict", "category_code", "channel", "status", "requested", "day",
    "weekday", "hour", "finish_s", "answer_s", "finished_day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A time, the time before it, and a district or none; times as the files have them."""

    name: str
    start: str
    end: str
    before: str
    district: str

    @classmethod
    def of(cls, text: str) -> Case:
        return cls(*text.split(","))

    def __str__(self) -> str:
        return ",".join((self.name, self.start, self.end, self.before, self.district))


def cases(now: datetime) -> list[Case]:
    found = []
    for name, district in (("90d", ""), ("year", ""), ("year", DISTRICT)):
        scope = scope_from("complaints", {"range": [name]}, now, ZONE, {})
        before = scope.before or (scope.start, scope.end)
        found.append(Case(name, str(stamp(scope.start)), str(stamp(scope.end)), str(stamp(before[0])), district))
    return found
