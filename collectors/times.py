"""Reading times as sources write them.

Result: an aware datetime in UTC, or None where nothing was written. ValueError says in a few words why a text is not a
time. A time without a zone is in the source's zone. Sources' clocks run ahead by minutes (two are normal for Waze):
up to ten minutes ahead counts as now, more is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

AHEAD = timedelta(minutes=10)

_BLANK = frozenset({"", "-", "na", "n/a", "null", "none", "nil"})
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,:](\d{1,9}))?)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?)?"
)
# offices here write 08.15 as well as 08:15, and may name the zone
_HERE = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?: ?(?P<zone>WIB|WITA|WIT))?"
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})[/-](?P<month>\d{{1,2}})[/-](?P<year>\d{{4}})(?:[ T]{_HERE})?")
_IN_WORDS = re.compile(
    r"(?:(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu),? )?(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})[ -]"
    rf"(?P<year>\d{{4}})(?:,? (?:pukul |jam )?{_HERE})?",
    re.IGNORECASE,
)
_BULAN = (
    "januari", "februari|pebruari", "maret", "april", "mei", "juni", "juli", "agustus|agt|ags", "september|sept",
    "oktober", "november|nopember|nov|nop", "desember",
)  # fmt: skip
_ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,14}")
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_ENGLISH = re.compile(
    rf"[A-Z][a-z]{{2}} (?P<month>[A-Z][a-z]{{2}}) +(?P<day>\d{{1,2}}) {_CLOCK} "
    r"(?P<offset>[+-]\d{4}) (?P<year>\d{4})"
)
# as mail, RSS and HTTP write it (RFC 5322)
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, *)?(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}) "
    rf"{_CLOCK}(?: (?P<offset>[+-]\d{{4}}|GMT|UTC?|Z))?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UTC = frozenset({"Z", "z", "GMT", "UTC", "UT"})
_AGO = re.compile(
    r"(?:kurang dari |sekitar )?(\d+|se)\s*(detik|menit|jam|hari|minggu|bulan)(?: (?:yang )?lalu)?", re.IGNORECASE
)
_SECONDS = {"detik": 1, "menit": 60, "jam": 3600, "hari": 86400, "minggu": 7 * 86400, "bulan": 30 * 86400}


def read_time(value: object, zone: tzinfo, now: datetime, *, ahead: timedelta | None = AHEAD) -> datetime | None:
    """The time `value` names. `ahead` None lets any future through (the start of planned works)."""
    found = _parsed(value, zone, now)
    if found is None or found.year < 1971:
        return None
    if ahead is not None and found > now:
        if found - now > ahead:
            raise ValueError(f"time {found:%Y-%m-%d %H:%M} UTC is in the future")
        return now
    return found


def time_or_none(value: object, zone: tzinfo, now: datetime, *, ahead: timedelta | None = AHEAD) -> datetime | None:
    """As `read_time`, for a field a record can live without: what cannot be read is unknown."""
    try:
        return read_time(value, zone, now, ahead=ahead)
    except ValueError:
        return None


def is_blank(text: str) -> bool:
    """Whether a text is one of those that mean that no time is known."""
    return text.strip().lower() in _BLANK


def iso(moment: datetime) -> str:
    """The time as every protocol here takes it: ISO 8601, whole seconds, UTC, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(value: object, zone: tzinfo, now: datetime) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError("not a time: true or false")  # noqa: TRY004  one error class for every unreadable value
    if isinstance(value, int | float):
        return _epoch(value)
    if not isinstance(value, str):
        raise ValueError(f"not a time: {type(value).__name__}")  # noqa: TRY004
    text = value.strip()
    if is_blank(text) or text.startswith(("0000-", "0001-01-01")):
        return None
    try:
        return _from_text(text, zone, now)
    except OverflowError:
        raise ValueError(f"not a time: {text[:40]!r}") from None


def _from_text(text: str, zone: tzinfo, now: datetime) -> datetime:
    if found := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, fraction, offset = found.groups()
        # a leap second is the second before it for our purposes
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59),
            int((fraction or "0").ljust(6, "0")[:6]), tzinfo=_offset(offset, zone),
        )  # fmt: skip
        return moment.astimezone(UTC)
    if found := _DAY_FIRST.fullmatch(text):
        return _written_here(found, int(found["month"]), zone)
    if _EPOCH.fullmatch(text):
        epoch = _epoch(float(text))
        if epoch is not None:
            return epoch
    found = _ENGLISH.fullmatch(text) or _MAIL.fullmatch(text)
    if found and found["month"] in _MONTHS:
        month, second = _MONTHS.index(found["month"]) + 1, min(int(found["second"] or 0), 59)
        year, day, hour, minute = (int(found[part]) for part in ("year", "day", "hour", "minute"))
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_offset(found["offset"], zone))
        return moment.astimezone(UTC)
    if (found := _IN_WORDS.fullmatch(text)) and (month := _bulan(found["month"])):
        return _written_here(found, month, zone)
    if found := _AGO.fullmatch(text):
        count = 1 if found[1].lower() == "se" else int(found[1])
        return now - timedelta(seconds=count * _SECONDS[found[2].lower()])
    raise ValueError(f"not a time: {text[:40]!r}")


def _written_here(found: re.Match[str], month: int, zone: tzinfo) -> datetime:
    """A day, and perhaps a time, as offices in Indonesia write them."""
    day, year, hour, minute, second = (int(found[part] or 0) for part in ("day", "year", "hour", "minute", "second"))
    if found["zone"]:
        zone = timezone(timedelta(hours=_ZONES[found["zone"].upper()]))
    return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)


def _bulan(name: str) -> int:
    """A month by its Indonesian name, or the first three letters of it; 0 for none."""
    given = name.lower()
    known = (number for number, names in enumerate(_BULAN, 1) if given in names.split("|") or given == names[:3])
    return next(known, 0)


def _offset(text: str | None, zone: tzinfo) -> tzinfo:
    if not text:
        return zone
    if text in _UTC:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if text[0] == "-" else ahead)


def _epoch(number: int | float) -> datetime | None:
    """Seconds or milliseconds since 1970; everything above the year 5138 in seconds is milliseconds."""
    if number in {0, -1}:
        return None
    if not 31_536_000 <= number < 1e14:
        raise ValueError("not a time: a number that is neither seconds nor milliseconds since 1970")
    seconds = number / 1000 if number >= 1e11 else number
    return datetime.fromtimestamp(seconds, UTC)
