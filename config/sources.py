"""The block `sources`: the keys every source has, and those only its collector knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from collectors import COLLECTORS
from collectors.source import Collector, Settings, Source
from config.address import ADDRESS_RULE, is_address, public_address
from config.blocks import NAME_RULE, block, is_name
from config.keys import SendingKeys, SourceKeys
from config.sheet import Place, Sheet

COMMON = list(SourceKeys.model_fields)
ASKING = ("url", "every", "archive")


def read_source(sheet: Sheet, name: str, found: object) -> Source | None:
    """One source, None with its mistakes noted."""
    place: Place = ("sources", name)
    if not is_name(name):
        sheet.wrong(place, f"a source's name is {NAME_RULE}")
    keys = found if isinstance(found, Mapping) else {}
    collector = known_collector(sheet, place, keys)
    sends_to = collector.settings.sends_to if collector else None
    usual = COMMON if sends_to is None else [key for key in COMMON if key not in ASKING]
    own_keys = list(collector.settings.model_fields) if collector else []
    own = {key: value for key, value in keys.items() if key not in COMMON}
    settings: BaseModel | None = Settings()
    if collector is not None:
        settings = block(sheet, collector.settings, place, own, allowed=usual + own_keys)
    shared = {key: value for key, value in keys.items() if key in usual} if isinstance(found, Mapping) else found
    common = block(sheet, SourceKeys if sends_to is None else SendingKeys, place, shared)
    if sends_to is not None:
        check_sending(sheet, place, keys)
    if common is None:
        return None
    check_area(sheet, place, common, collector)
    if sends_to is None:
        check_asking(sheet, place, common)
    if collector is None or not isinstance(settings, Settings):
        return None
    for key, mistake in settings.mistakes(common.area) if common.area in collector.feeds else ():
        sheet.wrong((*place, *key), mistake)
    return Source(
        name=name,
        area=common.area,
        collector=common.collector,
        url=common.url.rstrip("/"),
        every=common.every,
        cadence=common.cadence,
        owner=common.owner,
        contact=common.contact,
        licence=common.licence,
        address=sends_to + name if sends_to else public_address(sheet, (*place, "url"), common.url),
        archive=common.archive,
        settings=settings,
    )


def known_collector(sheet: Sheet, place: Place, keys: Mapping[str, Any]) -> type[Collector] | None:
    given = keys.get("collector")
    if not isinstance(given, str) or not given:
        return None
    if given not in COLLECTORS:
        known = ", ".join(sorted(COLLECTORS))
        sheet.wrong((*place, "collector"), f"found {sheet.shown((*place, 'collector'), given)}; allowed: {known}")
    return COLLECTORS.get(given)


def check_sending(sheet: Sheet, place: Place, keys: Mapping[str, Any]) -> None:
    """A source that sends by itself has no keys that say whom to ask, how often, and what to do with answers."""
    for key in ASKING:
        if key in keys:
            sheet.wrong((*place, key), f"leave it out: a source with the collector {keys['collector']} is never asked")


def check_area(sheet: Sheet, place: Place, keys: SourceKeys, collector: type[Collector] | None) -> None:
    if collector is not None and keys.area not in collector.feeds:
        feeds = " or ".join(repr(area) for area in collector.feeds)
        sheet.wrong((*place, "area"), f"found {keys.area!r}, but the collector {keys.collector} feeds {feeds}")


def check_asking(sheet: Sheet, place: Place, keys: SourceKeys) -> None:
    """What must fit together within a source that is asked."""
    if keys.every < 1:
        sheet.wrong((*place, "every"), f"found {keys.every:g}s; must be at least 1s")
    if keys.cadence < keys.every:
        sheet.wrong(
            (*place, "cadence"),
            f"found {keys.cadence:g}s; must be at least every ({keys.every:g}s), or the source could never stay live",
        )
    url = (*place, "url")
    if url not in sheet.unset and not is_address(keys.url):
        sheet.wrong(url, f"found {sheet.shown(url, keys.url)}; {ADDRESS_RULE}")
