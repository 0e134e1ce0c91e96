"""A small good city, and what goes wrong with it: each broken file with the exact sentences it must give."""

from __future__ import annotations

from dataclasses import dataclass

import layouts
from collectors import COLLECTORS
from collectors.source import EVERY_AREA
from config.keys import FileKeys, LimitKeys

GOOD = """\
city:
  name: Kota Kotak
  code: "36.71"
  timezone: Asia/Jakarta
  languages: [id, en]
  boundaries: square.geojson
sources:
  laksa:
    area: complaints
    collector: open311
    url: ${BASE}/311
    every: 10s
    cadence: 1m
    owner: Kominfo
    page_size: 100
  apps: {area: apps, collector: http_health, url: "${BASE}/apps", every: 1.5m, cadence: 2h, owner: Dishub}
limits:
  icu_free: 2
applications: apps.csv
walls:
  main:
    areas: |
      complaints apps
    language: en
"""

SQUARE = """{"type": "FeatureCollection", "features": [{"type": "Feature",
 "properties": {"code": "36.71.01.1001", "name": "A", "district_code": "36.71.01", "district": "B"},
 "geometry": {"type": "Polygon", "coordinates": [[[106, -7], [107, -7], [107, -6], [106, -6], [106, -7]]]}}]}
"""

APPLICATIONS = """\
id,name,group,owner,url,kind,accept,contains
one,One,public,Kominfo,${BASE}/one,,,
two,"Two, too",government,Dishub,${BASE}/two,health+json,200-299 401,
"""

KEYS = "area, collector, url, every, cadence, owner, contact, licence, archive"
SIRS_BEFORE = "limits:"
SIRS_AFTER = (
    "  rs: {area: beds, collector: sirs, url: http://a.example, hospitals: [{code: a, name: RS A, password_env: X}], "
    "every: 5m, cadence: 1h, owner: Dinkes}\nlimits:"
)
NO_FILE = "(looked for from the folder of city.yaml)"
FHIR_AFTER = "url: http://a.example, every: 5m, cadence: 1h, owner: Dinkes}\nlimits:"
ADDRESS = "must be an address that begins with http:// or https://"
SITE = "must be a site alone, such as https://data.example.id: without a path, and without a slash at its end"
PROTOCOLS = ", ".join(sorted(COLLECTORS))
TILES = ", ".join(layouts.TILES)
AREAS = ", ".join(repr(area) for area in EVERY_AREA)
BLOCKS = ", ".join(FileKeys.model_fields)
LIMITS = ", ".join(LimitKeys.model_fields)
DURATION = "write a number and a unit, such as 15s, 5m, 2h or 1d"
NAME = "small letters, digits and hyphens, at most 41 of them, the first not a hyphen"
NOT_GEOJSON = "square.geojson is not a GeoJSON FeatureCollection of polygons"
BOUNDARIES = "city.yaml:6:3: city.boundaries:"
COLUMNS = "id, name, group, owner, url, kind, accept, contains, category, stage, maintenance"
WINDOWS = (
    "must be windows such as Sun 01:00-03:00, Mon-Fri 23:00-01:00, daily 02:00-02:30 or 2026-03-01 22:00 - "
    "2026-03-02 04:00, several of them with ; between"
)
ROWS = "city.yaml:19:1: applications: apps.csv:"


@dataclass(frozen=True)
class Broken:
    """Texts of GOOD to replace, or a `whole` other text, or another boundaries or applications file."""

    name: str
    changes: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    whole: str | None
    boundaries: str | None
    applications: str | None

    def __init__(
        self,
        name: str,
        *changes: tuple[str, str],
        says: str | tuple[str, ...] = (),
        whole: str | None = None,
        boundaries: str | None = None,
        applications: str | None = None,
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "changes", changes)
        object.__setattr__(self, "sentences", (says,) if isinstance(says, str) else says)
        object.__setattr__(self, "whole", whole)
        object.__setattr__(self, "boundaries", boundaries)
        object.__setattr__(self, "applications", applications)


def rows(*lines: str) -> str:
    return "\n".join([APPLICATIONS.splitlines()[0], *lines, ""])


BROKEN = [
    # keys that do not exist
    Broken(
        "unknown key of the file",
        ("walls:\n", "wals: 1\nwalls:\n"),
        says=f"city.yaml:20:1: wals: unknown key; allowed here: {BLOCKS}",
    ),
    Broken(
        "unknown key of the city",
        ("  code:", "  kode: 1\n  code:"),
        says="city.yaml:3:3: city.kode: unknown key; allowed here: name, code, timezone, languages, boundaries, "
        "address, residents",
    ),
    Broken(
        "unknown key of a source names those of its collector",
        ("    owner: Kominfo", "    owner: Kominfo\n    pagesize: 5"),
        says=f"city.yaml:15:5: sources.laksa.pagesize: unknown key; allowed here: {KEYS}, format, jurisdiction_id, "
        "window_days, page_size, extensions, fill_gaps, status, api_key_env",
    ),
    Broken(
        "unknown key of a limit",
        ("icu_free: 2", "icu: 2"),
        says=f"city.yaml:18:3: limits.icu: unknown key; allowed here: {LIMITS}",
    ),
    Broken(
        "unknown key of a wall",
        ("language: en", "lang: en"),
        says="city.yaml:24:5: walls.main.lang: unknown key; allowed here: areas, boards, language, night, panel",
    ),
    Broken(
        "a city's address that is none",
        ("  code:", "  address: wall.example.id\n  code:"),
        says=f"city.yaml:3:3: city.address: found 'wall.example.id'; {ADDRESS}",
    ),
    # keys that are there twice, or not at all
    Broken(
        "duplicate key",
        ("every: 10s", "area: beds"),
        says=(
            "city.yaml:8:3: sources.laksa.every: is missing",
            "city.yaml:12:5: sources.laksa.area: this key was given before, in line 9",
        ),
    ),
    Broken(
        "duplicate source",
        ("  apps: {", "  laksa: {"),
        says=(
            "city.yaml:16:3: sources.laksa: this key was given before, in line 8",
            "city.yaml:22:5: walls.main.areas: the tile apps needs a source of area apps; none is listed",
        ),
    ),
    Broken("missing key", ("  name: Kota Kotak\n", ""), says="city.yaml:1:1: city.name: is missing"),
    Broken(
        "missing block",
        ("limits:\n  icu_free: 2\n", "limits:\n"),
        says="city.yaml:17:1: limits: found nothing; must be a block of keys",
    ),
    Broken(
        "empty file",
        whole="",
        says=(
            "city.yaml:1:1: city: is missing",
            "city.yaml:1:1: sources: is missing",
            "city.yaml:1:1: walls: is missing",
        ),
    ),
    Broken(
        "only comments",
        whole="# nothing\n",
        says=(
            "city.yaml:1:1: city: is missing",
            "city.yaml:1:1: sources: is missing",
            "city.yaml:1:1: walls: is missing",
        ),
    ),
    Broken(
        "a list instead of a mapping",
        whole="- city\n- sources\n",
        says="city.yaml:1:1: the file: found a list; must be a block of keys",
    ),
    Broken(
        "a text instead of a mapping",
        whole="hello\n",
        says="city.yaml:1:1: the file: found 'hello'; must be a block of keys",
    ),
    Broken(
        "no source at all",
        whole=GOOD.partition("sources:")[0] + "sources: {}\nwalls: {main: {areas: foot}}\n",
        says="city.yaml:7:1: sources: found a block of keys; must hold at least one",
    ),
    # values of the wrong type
    Broken(
        "a number where text belongs",
        ('code: "36.71"', "code: 36.71"),
        says="city.yaml:3:3: city.code: found 36.71; must be text; put it in quotes",
    ),
    Broken(
        "nothing where text belongs",
        ("name: Kota Kotak", "name:"),
        says="city.yaml:2:3: city.name: found nothing; must be text",
    ),
    Broken("empty text", ("name: Kota Kotak", 'name: ""'), says="city.yaml:2:3: city.name: must not be empty"),
    Broken(
        "text where a number belongs",
        ("icu_free: 2", "icu_free: two"),
        says="city.yaml:18:3: limits.icu_free: found 'two'; must be a whole number",
    ),
    Broken(
        "a fraction where a whole number belongs",
        ("icu_free: 2", "icu_free: 2.5"),
        says="city.yaml:18:3: limits.icu_free: found 2.5; must be a whole number",
    ),
    Broken(
        "a number that is too small",
        ("icu_free: 2", "icu_free: -1"),
        says="city.yaml:18:3: limits.icu_free: found -1; must be at least 0",
    ),
    Broken(
        "a share above one",
        ("icu_free: 2", "bed_occupancy: 85"),
        says="city.yaml:18:3: limits.bed_occupancy: found 85; must be at most 1.0",
    ),
    Broken(
        "bands of beds that are no block",
        ("icu_free: 2", "bed_bands: 0.6-0.85"),
        says="city.yaml:18:3: limits.bed_bands: found '0.6-0.85'; must be a block of keys",
    ),
    Broken(
        "a band of beds that there is not",
        ("icu_free: 2", "bed_bands: {ideal: 0.6, red: 0.8}"),
        says="city.yaml:18:27: limits.bed_bands.red: unknown key; allowed here: ideal, high, full",
    ),
    Broken(
        "a band of beds in percent",
        ("icu_free: 2", "bed_bands: {ideal: 60}"),
        says="city.yaml:18:15: limits.bed_bands.ideal: found 60; must be less than 1.0",
    ),
    Broken(
        "bands of beds that do not rise",
        ("icu_free: 2", "bed_bands: {ideal: 0.9}"),
        says="city.yaml:18:15: limits.bed_bands.ideal: ideal begins at 0.9 and high at 0.85; they must rise",
    ),
    Broken(
        "bands of beds that begin together",
        ("icu_free: 2", "bed_bands: {high: 0.8, full: 0.8}"),
        says="city.yaml:18:26: limits.bed_bands.full: high begins at 0.8 and full at 0.8; they must rise",
    ),
    Broken(
        "a stage of the water that alarms before it is watched",
        ("icu_free: 2", "water_watch: 1"),
        says="city.yaml:18:3: limits.water_watch: siaga 2 would alarm and 1 be watched; 1 is the gravest",
    ),
    Broken(
        "a map of what there is no map of",
        ("icu_free: 2", "map_shows: beds"),
        says="city.yaml:18:3: limits.map_shows: found 'beds'; allowed: 'complaints', 'traffic'",
    ),
    Broken(
        "a map of what no source tells",
        ("icu_free: 2", "map_shows: traffic"),
        says="city.yaml:18:3: limits.map_shows: found 'traffic'; needs a source of area traffic; none is listed",
    ),
    Broken(
        "text where a list belongs",
        ("[id, en]", "id"),
        says="city.yaml:5:3: city.languages: found 'id'; must be a list, such as [one, two]",
    ),
    Broken(
        "an empty list",
        ("[id, en]", "[]"),
        says=("city.yaml:5:3: city.languages: found a list; must hold at least one",),
    ),
    Broken(
        "text where a block belongs",
        ("  laksa:\n    area: complaints\n    collector: open311\n", "  laksa: x\n  b:\n"),
        says=(
            "city.yaml:8:3: sources.laksa: found 'x'; must be a block of keys",
            "city.yaml:9:3: sources.b.area: is missing",
            "city.yaml:9:3: sources.b.collector: is missing",
        ),
    ),
    Broken(
        "a collector's own setting",
        ("page_size: 100", "page_size: many"),
        says="city.yaml:15:5: sources.laksa.page_size: found 'many'; must be a whole number",
    ),
    Broken(
        "a collector's own setting out of range",
        ("page_size: 100", "page_size: 0"),
        says="city.yaml:15:5: sources.laksa.page_size: found 0; must be at least 1",
    ),
    Broken(
        "an unknown key within a list of a collector's own",
        (SIRS_BEFORE, SIRS_AFTER.replace("name: RS A", "name: RS A, pass_env: X")),
        says="city.yaml:17:94: sources.rs.hospitals.0.pass_env: unknown key; "
        "allowed here: code, name, id, password_env",
    ),
    Broken(
        "a hospital without the name of the variable that holds its key",
        (SIRS_BEFORE, SIRS_AFTER.replace(", password_env: X", "")),
        says="city.yaml:17:72: sources.rs.hospitals.0.password_env: is missing",
    ),
    Broken(
        "a hospital that stands twice",
        (SIRS_BEFORE, SIRS_AFTER.replace("[", "[{code: a, name: RS B, password_env: X}, ")),
        says="city.yaml:17:60: sources.rs.hospitals: found a list; the hospital a stands in it twice",
    ),
    Broken(
        "a hospital's total that no code counts",
        (SIRS_BEFORE, f"  rs: {{area: beds, collector: fhir_beds, total: {{}}, {FHIR_AFTER}"),
        says="city.yaml:17:42: sources.rs.total: found a block of keys; must name at least one of capacity, free and "
        "occupied",
    ),
    # durations
    Broken(
        "a duration without a unit",
        ("every: 10s", "every: 10"),
        says=f"city.yaml:12:5: sources.laksa.every: found 10; {DURATION}",
    ),
    Broken(
        "a duration in words",
        ("cadence: 1m", "cadence: one minute"),
        says=f"city.yaml:13:5: sources.laksa.cadence: found 'one minute'; {DURATION}",
    ),
    Broken(
        "a duration below nothing",
        ("cadence: 1m", "cadence: -1m"),
        says=f"city.yaml:13:5: sources.laksa.cadence: found '-1m'; {DURATION}",
    ),
    Broken(
        "a duration longer than lives",
        ("cadence: 1m", "cadence: 99999d"),
        says="city.yaml:13:5: sources.laksa.cadence: found '99999d'; must be at most 3660d",
    ),
    Broken(
        "asked more often than once a second",
        ("every: 10s", "every: 0.5s"),
        says="city.yaml:12:5: sources.laksa.every: found 0.5s; must be at least 1s",
    ),
    Broken(
        "a cadence shorter than every",
        ("every: 10s", "every: 2m"),
        says="city.yaml:13:5: sources.laksa.cadence: found 60s; must be at least every (120s), or the source could "
        "never stay live",
    ),
    # sources
    Broken(
        "unknown collector",
        ("collector: open311", "collector: open312"),
        says=f"city.yaml:10:5: sources.laksa.collector: found 'open312'; allowed: {PROTOCOLS}",
    ),
    Broken(
        "a collector that feeds another area",
        ("area: complaints", "area: traffic"),
        says=(
            "city.yaml:9:5: sources.laksa.area: found 'traffic', but the collector open311 feeds 'complaints'",
            "city.yaml:22:5: walls.main.areas: the tile complaints needs a source of area complaints; none is listed",
        ),
    ),
    Broken(
        "unknown area",
        ("area: apps", "area: health"),
        says=f"city.yaml:16:10: sources.apps.area: found 'health'; allowed: {AREAS}",
    ),
    Broken(
        "two areas for one source",
        ("area: apps", "area: [apps, beds]"),
        says=f"city.yaml:16:10: sources.apps.area: found a list; allowed: {AREAS}",
    ),
    Broken(
        "a variable that is not set",
        ("${BASE}/311", "${LAKSA_URL}"),
        says="city.yaml:11:5: sources.laksa.url: the environment variable LAKSA_URL is not set; set it, or write "
        "${LAKSA_URL:-default}",
    ),
    Broken(
        "an address of another kind",
        ("url: ${BASE}/311", "url: ftp://laksa.example/311"),
        says=f"city.yaml:11:5: sources.laksa.url: found 'ftp://laksa.example/311'; {ADDRESS}",
    ),
    Broken(
        "an address without a host",
        ("url: ${BASE}/311", "url: https:///311"),
        says=f"city.yaml:11:5: sources.laksa.url: found 'https:///311'; {ADDRESS}",
    ),
    Broken(
        "an address with a blank",
        ("url: ${BASE}/311", "url: https://laksa.example/a b"),
        says=f"city.yaml:11:5: sources.laksa.url: found 'https://laksa.example/a b'; {ADDRESS}",
    ),
    Broken(
        "an address with a port that cannot be",
        ("url: ${BASE}/311", "url: https://laksa.example:99999/"),
        says=f"city.yaml:11:5: sources.laksa.url: found 'https://laksa.example:99999/'; {ADDRESS}",
    ),
    Broken(
        "a source's name with a capital",
        ("  laksa:", "  Laksa:"),
        says=f"city.yaml:8:3: sources.Laksa: a source's name is {NAME}",
    ),
    # the city
    Broken(
        "unknown language",
        ("[id, en]", "[id, su]"),
        says="city.yaml:5:19: city.languages.1: found 'su'; allowed: 'id', 'en'",
    ),
    Broken(
        "bad time zone",
        ("Asia/Jakarta", "WIB"),
        says="city.yaml:4:3: city.timezone: found 'WIB'; must be an IANA name such as Asia/Jakarta",
    ),
    Broken(
        "missing boundaries file",
        ("square.geojson", "round.geojson"),
        says=f"{BOUNDARIES} there is no file round.geojson {NO_FILE}",
    ),
    Broken("boundaries that are not JSON", boundaries="<svg/>", says=f"{BOUNDARIES} {NOT_GEOJSON}"),
    Broken("boundaries that are a list", boundaries="[]", says=f"{BOUNDARIES} {NOT_GEOJSON}"),
    Broken("boundaries without a feature", boundaries='{"features": []}', says=f"{BOUNDARIES} {NOT_GEOJSON}"),
    Broken("boundaries nested without end", boundaries="[" * 100_000, says=f"{BOUNDARIES} {NOT_GEOJSON}"),
    Broken(
        "boundaries that are points",
        boundaries=SQUARE.replace("Polygon", "Point"),
        says=f"{BOUNDARIES} square.geojson: feature 1 is not a Polygon or MultiPolygon",
    ),
    Broken(
        "boundaries without codes",
        boundaries=SQUARE.replace('"code"', '"kode"'),
        says=f"{BOUNDARIES} square.geojson: feature 1 lacks the property code",
    ),
    Broken(
        "boundaries without properties",
        boundaries=SQUARE.replace('"properties"', '"about"'),
        says=f"{BOUNDARIES} square.geojson: feature 1 lacks the properties code, name, district_code, district",
    ),
    Broken(
        "boundaries without corners",
        boundaries=SQUARE.replace("[[[106, -7], [107, -7], [107, -6], [106, -6], [106, -7]]]", "[[]]"),
        says=f"{BOUNDARIES} square.geojson: feature 1 has no coordinates",
    ),
    Broken(
        "boundaries in metres",
        boundaries=SQUARE.replace("[106, -6]", "[682000, 9317000]"),
        says=f"{BOUNDARIES} square.geojson: feature 1 has the corner 682000, 9317000, which is not a longitude and "
        "a latitude in degrees",
    ),
    Broken(
        "boundaries with words for corners",
        boundaries=SQUARE.replace("[106, -6]", '["106", "-6"]'),
        says=f"{BOUNDARIES} square.geojson: feature 1 has a corner that is not two numbers",
    ),
    # applications
    Broken(
        "missing applications file",
        ("apps.csv", "none.csv"),
        says=f"city.yaml:19:1: applications: there is no file none.csv {NO_FILE}",
    ),
    Broken(
        "no applications, but a source that checks them",
        ("applications: apps.csv\n", ""),
        says="city.yaml:16:22: sources.apps.collector: http_health needs the key applications: a file with at least "
        "one row",
    ),
    Broken("an empty applications file", applications="", says=f"{ROWS}1: the file is empty"),
    Broken("missing columns", applications="id,name,url\n", says=f"{ROWS}1: lacks the columns group, owner"),
    Broken(
        "an unknown column",
        applications=APPLICATIONS.replace("contains", "text"),
        says=f"{ROWS}1: unknown column 'text'; allowed: {COLUMNS}",
    ),
    Broken(
        "a column twice",
        applications=APPLICATIONS.replace("contains", "name"),
        says=f"{ROWS}1: the column name is there twice",
    ),
    Broken(
        "semicolons, as some spreadsheets write them",
        applications="id;name;group;owner;url\n",
        says=f"{ROWS}1: found columns separated by semicolons; separate them by commas",
    ),
    Broken(
        "broken rows, in the order of their lines",
        applications=rows(
            "one,One,private,Kominfo,http://a,,,",
            "two,Two,public,,http://a,,,",
            '"three","on\ntwo lines",public,D,a.example,,,',
            "four,Four,public,D,http://a,,2xx,",
            "five,Five,public,D,http://a,,299-200,",
            "six,Six,public,D,http://a,ftp,,",
            "seven,Seven,public,D,http://a,,,x,y",
            "one,Eight,public,D,http://a,,,",
            "one,Nine,public,D,${NONE}/a,,,",
            "ten,Ten,public,D,${NONE}/a,,,",
            "one,Eleven,public,D,http://a,,,",
        ),
        says=(
            f"{ROWS}2: group: found 'private'; allowed: 'public', 'government'",
            f"{ROWS}3: owner: is missing",
            f"{ROWS}5: url: found 'a.example'; {ADDRESS}",
            f"{ROWS}6: accept: found '2xx'; must be statuses such as 200 or 200-299",
            f"{ROWS}7: accept: found '299-200'; must be statuses such as 200 or 200-299",
            f"{ROWS}8: kind: found 'ftp'; allowed: 'http', 'health+json', 'actuator', 'elsewhere'",
            f"{ROWS}9: has more cells than there are columns; put a text with a comma in quotes",
            f"{ROWS}11: id: 'one' was given before, in line 10",
            f"{ROWS}13: id: 'one' was given before, in line 10",
            f"{ROWS}11: url: the environment variable NONE is not set (and in 1 rows more)",
        ),
    ),
    Broken(
        "broken stages and maintenance windows",
        applications=APPLICATIONS.splitlines()[0]
        + ",category,stage,maintenance\n"
        + "one,One,public,D,http://a,,,,Health,beta,\n"
        + "two,Two,public,D,http://a,,,,,trial,Sunday 1-3\n"
        + "three,Three,public,D,http://a,,,,,,daily 02:00-02:00\n"
        + "four,Four,public,D,http://a,,,,,,2026-03-02 04:00 - 2026-03-01 04:00\n"
        + "five,Five,public,D,http://a,,,,,,2026-02-30 04:00-05:00\n",
        says=(
            f"{ROWS}2: stage: found 'beta'; allowed: 'live', 'trial', 'retired'",
            f"{ROWS}3: maintenance: found 'Sunday 1-3'; {WINDOWS}",
            f"{ROWS}4: maintenance: found 'daily 02:00-02:00'; {WINDOWS}",
            f"{ROWS}5: maintenance: found '2026-03-02 04:00 - 2026-03-01 04:00'; a window must end after it begins; "
            f"it {WINDOWS}",
            f"{ROWS}6: maintenance: found '2026-02-30 04:00-05:00'; {WINDOWS}",
        ),
    ),
    Broken(
        "a source that means an application which is not in the file",
        (
            "cadence: 2h, owner: Dishub}",
            "cadence: 2h, owner: Dishub}\n  kuma:\n    area: apps\n    collector: prometheus\n"
            "    url: http://k/metrics\n    every: 30s\n    cadence: 2m\n    owner: D\n"
            "    known_as: {One: one, Two: tow}",
        ),
        says="city.yaml:24:26: sources.kuma.known_as.Two: found 'tow'; must be the id of a row of the applications "
        "file",
    ),
    Broken(
        "two secrets for one page",
        (
            "cadence: 2h, owner: Dishub}",
            "cadence: 2h, owner: Dishub}\n  kuma: {area: apps, collector: prometheus, "
            "url: http://k, every: 30s, cadence: 2m, owner: D, password_env: A, token_env: B}",
        ),
        says="city.yaml:17:112: sources.kuma.token_env: give either password_env or token_env, not both",
    ),
    # walls
    Broken(
        "unknown tile",
        ("complaints apps", "complaints weather"),
        says=f"city.yaml:22:5: walls.main.areas: unknown tile 'weather'; allowed: {TILES}",
    ),
    Broken(
        "a tile without a source",
        ("complaints apps", "complaints beds"),
        says="city.yaml:22:5: walls.main.areas: the tile beds needs a source of area beds; none is listed",
    ),
    Broken(
        "an area that is no rectangle",
        ("      complaints apps\n", "      complaints apps\n      apps complaints\n"),
        says="city.yaml:22:5: walls.main.areas: gives complaints a shape that is not one rectangle",
    ),
    Broken(
        "rows of different length",
        ("      complaints apps\n", "      complaints apps\n      complaints\n"),
        says="city.yaml:22:5: walls.main.areas: has rows of 1 and 2 columns; all must be as long",
    ),
    Broken(
        "a wall of blanks",
        ("    areas: |\n      complaints apps\n", '    areas: " "\n'),
        says="city.yaml:22:5: walls.main.areas: has no rows",
    ),
    Broken(
        "neither areas nor boards",
        ("    areas: |\n      complaints apps\n", ""),
        says="city.yaml:21:3: walls.main: needs either areas, one board as text, or boards, several of them by name",
    ),
    Broken(
        "both areas and boards",
        ("    language: en", "    boards: {b: {areas: apps}}"),
        says="city.yaml:21:3: walls.main: needs either areas, one board as text, or boards, several of them by name",
    ),
    Broken(
        "mistakes in several boards",
        (
            "    areas: |\n      complaints apps\n",
            "    boards:\n      Day: {areas: apps, dwell: 1s}\n      night: {areas: apps weather, when: 18-6}\n",
        ),
        says=(
            "city.yaml:23:7: walls.main.boards.Day: a board's name is small letters, digits and hyphens, at most 41 of "
            "them, the first not a hyphen",
            "city.yaml:23:26: walls.main.boards.Day.dwell: must be at least 5s: nobody reads a board faster",
            "city.yaml:24:36: walls.main.boards.night.when: found '18-6'; write two different times of day, such as "
            '"18:00-06:00"',
        ),
    ),
    Broken(
        "hours of the night that are none",
        ("    language: en", "    night: 24:00-06:00"),
        says="city.yaml:24:5: walls.main.night: found '24:00-06:00'; write two different times of day, such as "
        '"18:00-06:00"',
    ),
    Broken(
        "a language the city does not have",
        ("[id, en]", "[id]"),
        says="city.yaml:24:5: walls.main.language: found 'en'; allowed, by city.languages: id",
    ),
    Broken(
        "a screen's name with a blank",
        ("  main:", "  main wall:"),
        says=f"city.yaml:21:3: walls.main wall: a screen's name is {NAME}",
    ),
    # YAML itself
    Broken(
        "a bracket that never closes",
        ("[id, en]", "[id, en"),
        says="city.yaml:6:13: this is not YAML: expected ',' or ']', but got ':'",
    ),
    Broken(
        "a colon in a text",
        ("name: Kota Kotak", "name: Kota: Kotak"),
        says="city.yaml:2:13: this is not YAML: a second ': ' in one line; put a text with a colon in quotes, and "
        "check the indent",
    ),
    Broken(
        "a tab for indent",
        ("  code:", "\tcode:"),
        says="city.yaml:3:1: this is not YAML: a tab stands where only spaces may; indent with spaces",
    ),
    Broken(
        "a control character",
        ("Kota Kotak", "Kota \x07"),
        says="city.yaml:2:14: this is not YAML: the character U+0007 in it",
    ),
    Broken(
        "two documents",
        whole=GOOD + "---\ncity: 1\n",
        says="city.yaml:25:1: this is not YAML: but found another document",
    ),
    Broken(
        "a tag",
        ("name: Kota Kotak", "name: !python Kota Kotak"),
        says="city.yaml:2:3: city.name: found the tag !python; tags are not allowed",
    ),
    Broken(
        "a list for a key",
        ("limits:", "? [a, b]\n: c\nlimits:"),
        says="city.yaml:17:3: the file: a key must be plain text",
    ),
    Broken(
        "an alias within itself",
        ("  icu_free: 2", "  &l\n  icu_free: *l"),
        says=(
            "city.yaml:19:3: limits.icu_free: this alias stands within what it names",
            "city.yaml:19:3: limits.icu_free: found nothing; must be a whole number",
        ),
    ),
    # owners, and who may read the API
    Broken(
        "an unknown key of an owner",
        ("limits:\n", "owners:\n  kominfo: {name: Kominfo, alias: X}\nlimits:\n"),
        says="city.yaml:18:28: owners.kominfo.alias: unknown key; allowed here: name, aliases, contact",
    ),
    Broken(
        "an owner without a name",
        ("limits:\n", "owners:\n  kominfo: {aliases: [X]}\nlimits:\n"),
        says="city.yaml:18:3: owners.kominfo.name: is missing",
    ),
    Broken(
        "an owner's key that is no name",
        ("limits:\n", "owners:\n  Kominfo: {name: Kominfo}\nlimits:\n"),
        says=f"city.yaml:18:3: owners.Kominfo: an owner's key is {NAME}",
    ),
    Broken(
        "one spelling of two owners",
        (
            "limits:\n",
            "owners:\n  kominfo: {name: Kominfo, aliases: [Satu]}\n"
            "  dishub: {name: Dishub, aliases: [SATU.]}\nlimits:\n",
        ),
        says="city.yaml:19:36: owners.dishub.aliases.0: found 'SATU.', which is kominfo already",
    ),
    Broken(
        "an owner's key that is another's name",
        ("limits:\n", "owners:\n  kominfo: {name: Kominfo}\n  dishub: {name: Kominfo Kota Kotak}\nlimits:\n"),
        says="city.yaml:19:12: owners.dishub.name: found 'Kominfo Kota Kotak', which is kominfo already",
    ),
    Broken(
        "an owner's name without a letter",
        ("limits:\n", "owners:\n  kominfo: {name: '-'}\nlimits:\n"),
        says="city.yaml:18:13: owners.kominfo.name: found '-'; must hold a letter or a digit",
    ),
    Broken(
        "aliases that are no list",
        ("limits:\n", "owners:\n  kominfo: {name: Kominfo, aliases: Satu}\nlimits:\n"),
        says="city.yaml:18:28: owners.kominfo.aliases: found 'Satu'; must be a list, such as [one, two]",
    ),
    Broken(
        "a site that is none",
        ("limits:\n", "api: {cors: [data.example.id]}\nlimits:\n"),
        says=f"city.yaml:17:14: api.cors.0: found 'data.example.id'; {SITE}",
    ),
    Broken(
        "every site at once",
        ("limits:\n", "api: {cors: ['*']}\nlimits:\n"),
        says=f"city.yaml:17:14: api.cors.0: found '*'; {SITE}",
    ),
    Broken(
        "a site with a path",
        ("limits:\n", "api: {cors: ['https://data.example.id/']}\nlimits:\n"),
        says=f"city.yaml:17:14: api.cors.0: found 'https://data.example.id/'; {SITE}",
    ),
    Broken(
        "an unknown key of the api",
        ("limits:\n", "api: {origins: []}\nlimits:\n"),
        says="city.yaml:17:7: api.origins: unknown key; allowed here: cors",
    ),
    # several at once
    Broken(
        "several mistakes are all told, by line",
        ("Asia/Jakarta", "Mars"),
        ("square.geojson", "none.geojson"),
        ("every: 10s", "every: soon"),
        ("collector: http_health", "collector: magic"),
        ("icu_free: 2", "icu: 2"),
        ("complaints apps", "complaints moon"),
        says=(
            "city.yaml:4:3: city.timezone: found 'Mars'; must be an IANA name such as Asia/Jakarta",
            f"{BOUNDARIES} there is no file none.geojson {NO_FILE}",
            f"city.yaml:12:5: sources.laksa.every: found 'soon'; {DURATION}",
            f"city.yaml:16:22: sources.apps.collector: found 'magic'; allowed: {PROTOCOLS}",
            f"city.yaml:18:3: limits.icu: unknown key; allowed here: {LIMITS}",
            f"city.yaml:22:5: walls.main.areas: unknown tile 'moon'; allowed: {TILES}",
        ),
    ),
]
