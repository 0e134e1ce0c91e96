"""Prometheus text format 0.0.4, as far as a page tells of some metrics.

https://prometheus.io/docs/instrumenting/exposition_formats/. Only lines of the wanted metrics are parsed, each by
itself, so that a broken one costs no other. Values may be NaN and infinite.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.records import Rejected
from collectors.rejects import rejected
from collectors.rows import in_turns

_LONGEST_LINE = 8192
_MOST = 5000
_MOST_LINES = 10 * _MOST
_SHORT = 1 << 18


@dataclass(frozen=True, slots=True)
class Page:
    """The wanted metrics of each set of labels, each by its name, and what was set aside."""

    series: dict[tuple[tuple[str, str], ...], dict[str, Sample]] = field(default_factory=lambda: defaultdict(dict))
    rejected: list[Rejected] = field(default_factory=list)


async def read_page(answer: Answer, wanted: Collection[str]) -> Page:
    """The series of a page. Raises CollectError where it is no such page, or none of the wanted metrics is in it."""
    text = answer.text()
    if text.lstrip()[:1] == "<" or "html" in answer.headers.get("Content-Type", "").lower():
        raise SourceError(
            answer.host, f"answered markup instead of Prometheus text (status {answer.status})", fault="html"
        )
    page = Page()
    whole, _, last = text.rpartition("\n")
    page.rejected.extend(rejected("the last line is cut off", line) for line in _lines(last, wanted))
    async for number, line in in_turns(enumerate(_lines(whole, wanted))):
        sample = _sample(line)
        if isinstance(sample, Rejected):
            page.rejected.append(sample)
        elif sample.name in wanted:
            values = page.series[tuple(sorted(sample.labels.items()))]
            if sample.name in values:
                page.rejected.append(rejected(f"{sample.name} twice for the same labels", sample.labels))
            values.setdefault(sample.name, sample)
        if max(len(page.series), len(page.rejected)) > _MOST or number > _MOST_LINES:
            raise SourceError(answer.host, f"tells of more than {_MOST:,} applications", fault="too_large")
    if not page.series:
        raise SourceError(answer.host, _nothing(text))
    return page


def _lines(text: str, wanted: Collection[str]) -> Iterator[str]:
    """The lines of the wanted metrics; one that begins with a brace may hide its metric's name. Only LF ends a line."""
    for line in text.split("\n"):
        head = line.lstrip()
        if not head or head[0] == "#":
            continue
        if head[0] == "{" or head.split("{", 1)[0].split(None, 1)[0] in wanted:
            yield line


def _sample(line: str) -> Sample | Rejected:
    if len(line) > _LONGEST_LINE:
        return rejected(f"a line of more than {_LONGEST_LINE:,} characters", line)
    try:
        samples = [sample for family in text_string_to_metric_families(line + "\n") for sample in family.samples]
    except (ValueError, OverflowError, IndexError):
        samples = []
    return samples[0] if samples else rejected("not a line of Prometheus text", line)


def _nothing(text: str) -> str:
    """What else the page holds, where it is short."""
    if len(text) > _SHORT:
        return "tells of no application"
    try:
        families = list(text_string_to_metric_families(text))
    except (ValueError, OverflowError, IndexError):
        return "answered something that is not Prometheus text"
    samples = sum(len(family.samples) for family in families)
    return f"tells of no application: {samples:,} samples in {len(families):,} families, all of something else"
