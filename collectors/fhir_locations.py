"""Beds from FHIR Locations: one Location per bed, its operationalStatus from HL7 table 0116.

Occupied is O, free is U, capacity all but C (closed). H (housekeeping), I (isolated) and K (contaminated) are beds that
are neither free nor occupied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.bed_counts import bed_unit, class_code
from collectors.fhir import Resource, codings, few, last_updated, local_id, newest, referred, text_of
from collectors.hospitals import Hospital, unreported
from collectors.places import Bounds, Place, place_in
from collectors.records import BedCount, BedUnit, Rejected
from collectors.rejects import rejected
from collectors.rows import in_turns
from collectors.text import plain
from collectors.times import time_or_none

_STATES = frozenset("CHIKOU")
_DEPTH = 12
_SERVICE_CLASS = "LocationServiceClass"
# v3-RoleCode: intensive care for adults, children and newborns, coronary care; emergency rooms
_INTENSIVE = frozenset({"ICU", "PEDICU", "PEDNICU", "CCU"})
_EMERGENCY = frozenset({"ER", "ETU"})


@dataclass(frozen=True, slots=True)
class Bed:
    """One bed: `state` is its letter of table 0116, None where it states none."""

    hospital: str
    name: str
    unit: BedUnit
    class_name: str
    room: str
    state: str | None
    where: Place | None

    @property
    def room_id(self) -> str:
        return f"{self.hospital}/{self.unit}/{class_code(self.class_name)}/{self.room}"


async def beds_of(
    locations: Mapping[str, Resource], hospitals: Mapping[str, Hospital], bounds: Bounds, now: datetime
) -> tuple[list[BedCount], list[Rejected]]:
    """The beds of all locations (by the server's own id), counted by hospital, class and room, and what was left out.

    Every room has the newest time of its hospital. A hospital's site without beds is one that does not report.
    """
    beds: dict[str, list[Bed]] = defaultdict(list)
    changed: dict[str, datetime | None] = {}
    refused: list[Rejected] = []
    sites: dict[str, BedCount] = {}
    async for location in in_turns(locations.values()):
        if location.get("status") == "inactive" or location.get("mode") == "kind":
            continue
        try:
            if _is_site(location):
                site = _site(location, locations, hospitals, bounds)
                sites[site.hospital_id] = site
            if not is_bed(location):
                continue
            bed = _bed(location, locations, hospitals, bounds)
        except ValueError as reason:
            refused.append(rejected(reason, location))
            continue
        beds[bed.room_id].append(bed)
        time = time_or_none(last_updated(location), UTC, now)
        changed[bed.hospital] = newest(changed.get(bed.hospital), time)
    rooms = [_counted(mine, changed[mine[0].hospital]) for mine in beds.values()]
    return rooms + [site for hospital, site in sites.items() if hospital not in changed], refused


def is_bed(location: Resource) -> bool:
    """Whether a location is a bed: it says so, or says nothing of its kind and has the state of one.

    ValueError where it says neither.
    """
    kinds = {code for _, code, _ in codings(location.get("physicalType"))}
    if kinds or _is_site(location):
        return "bd" in kinds
    if _state(location) is None:
        raise ValueError("location without physicalType and operationalStatus")
    return True


def _bed(
    location: Resource, locations: Mapping[str, Resource], hospitals: Mapping[str, Hospital], bounds: Bounds
) -> Bed:
    chain = list(_upwards(location, locations))
    hospital, hospital_name = _hospital(chain, hospitals)
    state = "C" if location.get("status") == "suspended" else _state(location)
    above = plain(chain[1].get("name"), 200) if len(chain) > 1 else referred(location.get("partOf"))[1]
    inside = [each for each in chain if not _is_site(each)]
    kinds = [coding for each in inside for kind in few(each.get("type")) for coding in codings(kind)]
    stated_classes = (_class(each) for each in inside)
    texts = (text_of(kind) for each in inside for kind in few(each.get("type")))
    class_name = next((name for name in (*stated_classes, *texts) if name), "-")
    return Bed(
        hospital,
        hospital_name,
        _unit({code for _, code, _ in kinds}, class_name, *(display or "" for _, _, display in kinds)),
        class_name,
        above or "",
        state,
        next((found for each in chain if (found := _place(each, bounds))), None),
    )


def _counted(beds: list[Bed], updated: datetime | None) -> BedCount:
    """Beds of one room. Where no bed states what it is, free and occupied are unknown; where some do not, flagged."""
    first = beds[0]
    states = [bed.state for bed in beds if bed.state != "C"]
    known = [state for state in states if state is not None]
    lat, lon = first.where or (None, None)
    said = bool(known) or not states
    return BedCount(
        id=first.room_id,
        hospital_id=first.hospital,
        hospital=first.name,
        unit=first.unit,
        bed_class=class_code(first.class_name),
        class_name=first.class_name,
        room=first.room,
        capacity=len(states),
        free=known.count("U") if said else None,
        occupied=known.count("O") if said else None,
        flags=("status unknown",) if said and len(known) < len(states) else (),
        updated=updated,
        lat=lat,
        lon=lon,
    )


def _own_id(location: Resource) -> str:
    """As it stands among the locations, by whose ids they refer to each other."""
    return plain(location.get("id"), 100) or ""


def _state(location: Resource) -> str | None:
    coding = location.get("operationalStatus")
    if not isinstance(coding, dict):
        return None
    for system, code, _ in codings({"coding": [coding]}):
        if code.upper() in _STATES and (not system or system.rstrip("/").endswith("0116")):
            return code.upper()
    return None


def _upwards(location: Resource, locations: Mapping[str, Resource]) -> Iterator[Resource]:
    """The location and what it is part of, as far as the answer holds that."""
    here: Resource | None = location
    for _ in range(_DEPTH):
        if here is None:
            return
        yield here
        here = locations.get(local_id(here.get("partOf")) or "")


def _hospital(chain: list[Resource], hospitals: Mapping[str, Hospital]) -> tuple[str, str]:
    """The id and name of a location's hospital: one of the settings, or the organisation highest up, or the site."""
    owners = [each["managingOrganization"] for each in chain if each.get("managingOrganization")]
    ids = [code for owner in owners for code in (referred(owner)[0], local_id(owner)) if code]
    for code in [*ids, *(_own_id(each) for each in chain)]:
        if listed := hospitals.get(code):
            return listed.key, listed.name
    site = next((each for each in reversed(chain) if _is_site(each)), None)
    site_name = plain(site.get("name"), 200) if site else None
    owner_id, owner_name = referred(owners[-1]) if owners else (None, None)
    if owner_id is not None:
        return owner_id, owner_name or site_name or owner_id
    if site is None:
        raise ValueError("bed without a hospital (managingOrganization or a site it is part of)")
    return _own_id(site), site_name or _own_id(site)


def _site(
    location: Resource, locations: Mapping[str, Resource], hospitals: Mapping[str, Hospital], bounds: Bounds
) -> BedCount:
    hospital, name = _hospital(list(_upwards(location, locations)), hospitals)
    return unreported(hospital, name, _place(location, bounds))


def _is_site(location: Resource) -> bool:
    """Whether a location is a hospital: a site, or of the type HOSP of v3-RoleCode."""
    types = {code for kind in few(location.get("type")) for _, code, _ in codings(kind)}
    return "HOSP" in types or "si" in {code for _, code, _ in codings(location.get("physicalType"))}


def _class(location: Resource) -> str | None:
    """SATUSEHAT's extension with the class of a room, alone or as parts of one."""
    for extension in few(location.get("extension")):
        if isinstance(extension, dict) and (plain(extension.get("url"), 400) or "").endswith(_SERVICE_CLASS):
            for each in (extension, *few(extension.get("extension"))):
                if isinstance(each, dict) and (found := text_of(each.get("valueCodeableConcept"))):
                    return found
    return None


def _unit(codes: set[str], *names: str) -> BedUnit:
    words = " ".join(names).lower()
    if codes & _INTENSIVE or "intensive" in words or "critical care" in words:
        return "icu"
    return "emergency" if codes & _EMERGENCY or "emergency" in words else bed_unit(*codes, *names)


def _place(location: Resource, bounds: Bounds) -> Place | None:
    position = location.get("position")
    return place_in(position, bounds) if isinstance(position, dict) else None
