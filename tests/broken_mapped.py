"""What goes wrong with a mapped source: keys that its fields, words and pages need, each with its exact sentence."""

from __future__ import annotations

from tests.broken_configs import KEYS, Broken

OWN = (
    "group, known_as, rows, fields, fixed, facts, channel, statuses, kinds, zone, time_format, as_of, whole, total, "
    "total_row, preset, "
    "format, headers, headers_env, pages, page_key, first_page, offset_key, size_key, page_size, next_link, most_pages"
)
COMPLAINT_FIELDS = (
    "id, created, status, category, category_code, title, description, updated, closed, lat, lon, address, agency, "
    "channel"
)
HEADERS = "must hold names of HTTP headers, each with one line of text"
LAKSA = "city.yaml:15:5: sources.laksa"


def mapped(name: str, *lines: str, says: str | tuple[str, ...], area: str = "complaints") -> Broken:
    """The good city, its laksa a mapped source with these lines from line 15 on."""
    more = () if area == "complaints" else (("area: complaints", f"area: {area}"), ("complaints apps", f"{area} apps"))
    return Broken(
        name,
        ("collector: open311", "collector: mapped_json"),
        ("    page_size: 100", "\n".join(f"    {line}" for line in lines)),
        *more,
        says=says,
    )


BROKEN_MAPPED = [
    mapped(
        "a key of a mapped source that there is not",
        "preset: laksa",
        "list: data",
        says=f"city.yaml:16:5: sources.laksa.list: unknown key; allowed here: {KEYS}, {OWN}",
    ),
    mapped(
        "a preset that there is not",
        "preset: jaki",
        says=f"{LAKSA}.preset: found 'jaki'; allowed: 'laksa', 'lapor', 'qlue', 'petabencana', 'seeclickfix'",
    ),
    mapped(
        "a preset of another area",
        "preset: laksa",
        area="beds",
        says=f"{LAKSA}.preset: this preset is for the area complaints",
    ),
    mapped(
        "a field that complaints do not have",
        "fields: {id: id, created: at, phone: reporter.phone}",
        says=f"city.yaml:15:35: sources.laksa.fields.phone: unknown field; those of complaints: {COMPLAINT_FIELDS}",
    ),
    mapped(
        "a total of something that complaints are not counted by",
        "preset: laksa",
        "total: {rows: meta.total, free: meta.free}",
        says=(
            "city.yaml:16:31: sources.laksa.total.free: unknown total; "
            "those of complaints: rows, waiting, in_progress, done, unknown"
        ),
    ),
    mapped(
        "a total whose path is none",
        "preset: laksa",
        "total: {rows: meta..total}",
        says=(
            "city.yaml:16:13: sources.laksa.total.rows: found 'meta..total'; must be names joined by dots, such as "
            "properties.created_at"
        ),
    ),
    mapped(
        "a total in place of its path",
        "preset: laksa",
        "total: meta.total",
        says="city.yaml:16:5: sources.laksa.total: found 'meta.total'; must be a block of keys",
    ),
    mapped(
        "a total of a field that is not read",
        "fields: {hospital_id: rs, capacity: tt}",
        "total: {capacity: n, free: m}",
        area="beds",
        says="city.yaml:16:26: sources.laksa.total.free: nothing to compare it with: free has no path in fields",
    ),
    mapped(
        "a total in a document that CSV is not",
        "preset: laksa",
        "format: csv",
        "total: {rows: n}",
        says="city.yaml:17:5: sources.laksa.total: is only for format: json",
    ),
    mapped(
        "rows of totals where nothing can be added up",
        "preset: laksa",
        "total_row: {id: TOTAL}",
        says="city.yaml:16:5: sources.laksa.total_row: the area complaints has no numbers to add up",
    ),
    mapped(
        "rows of totals that no field can tell",
        "fields: {hospital_id: rs, class: kelas, free: m}",
        "total_row: {free: TOTAL, room: TOTAL, class: ' '}",
        area="beds",
        says=(
            "city.yaml:16:17: sources.laksa.total_row.free: must be one of hospital_id, class, room",
            "city.yaml:16:30: sources.laksa.total_row.room: no row can hold it: room has no path in fields",
            "city.yaml:16:43: sources.laksa.total_row.class: must be the word that stands there",
        ),
    ),
    mapped(
        "a fixed field that complaints do not have",
        "fields: {id: id, created: at}",
        "fixed: {ward: x}",
        says=f"city.yaml:16:13: sources.laksa.fixed.ward: unknown field; those of complaints: {COMPLAINT_FIELDS}",
    ),
    mapped(
        "a required path that is missing",
        "fields: {id: id}",
        says=f"{LAKSA}.fields.created: is missing: complaints cannot be read without the path of created",
    ),
    mapped(
        "a preset that leaves a required path to the city",
        "preset: lapor",
        says="city.yaml:8:3: sources.laksa.fields.created: is missing: complaints cannot be read without the path of "
        "created",
    ),
    mapped(
        "a required path that is taken away",
        "preset: laksa",
        'fields: {id: ""}',
        says="city.yaml:16:14: sources.laksa.fields.id: is missing: complaints cannot be read without the path of id",
    ),
    mapped(
        "beds without any number of beds",
        "fields: {hospital_id: id}",
        area="beds",
        says=f"{LAKSA}.fields: needs the path of at least one of capacity, free, occupied",
    ),
    mapped(
        "a path that is none",
        "fields: {id: data..id, created: at}",
        says="city.yaml:15:14: sources.laksa.fields.id: found 'data..id'; must be names joined by dots, such as "
        "properties.created_at",
    ),
    mapped(
        "a path that is a number",
        "fields: {id: 1, created: at}",
        says="city.yaml:15:14: sources.laksa.fields.id: found 1; must be text; put it in quotes",
    ),
    mapped(
        "a status that means nothing here",
        "preset: laksa",
        "statuses: {beres: finished}",
        says="city.yaml:16:16: sources.laksa.statuses.beres: must mean one of waiting, in_progress, done, unknown",
    ),
    mapped(
        "kinds where there are none",
        "preset: laksa",
        "kinds: {banjir: flood}",
        says="city.yaml:16:5: sources.laksa.kinds: the area complaints has none",
    ),
    mapped(
        "a kind of traffic that there is not",
        "fields: {id: id, kind: jenis}",
        "kinds: {banjir: water}",
        area="traffic",
        says="city.yaml:16:13: sources.laksa.kinds.banjir: must mean one of jam, accident, flood, closure, works, "
        "hazard, other",
    ),
    mapped(
        "a channel of beds",
        "fields: {hospital_id: id, free: kosong}",
        "channel: web",
        area="beds",
        says="city.yaml:16:5: sources.laksa.channel: the area beds has no channel",
    ),
    mapped(
        "a zone that there is not",
        "preset: laksa",
        "zone: WIB",
        says="city.yaml:16:5: sources.laksa.zone: found 'WIB'; must be an IANA name such as Asia/Jakarta",
    ),
    mapped(
        "a form of times without a year",
        "preset: laksa",
        'time_format: "%d/%m %H:%M"',
        says="city.yaml:16:5: sources.laksa.time_format: found '%d/%m %H:%M'; must name day, month and year, such as "
        "%d/%m/%Y %H:%M",
    ),
    mapped(
        "a header that is none",
        "preset: laksa",
        'headers: {"X Key": v}',
        says=f"city.yaml:16:5: sources.laksa.headers: found a block of keys; {HEADERS}",
    ),
    mapped(
        "a secret in place of the name of its variable",
        "preset: laksa",
        "headers_env: {Authorization: Bearer abc}",
        says="city.yaml:16:5: sources.laksa.headers_env: found a block of keys; must hold names of HTTP headers, each "
        "with an environment variable's",
    ),
    mapped(
        "pages that there are not",
        "preset: laksa",
        "pages: cursor",
        says="city.yaml:16:5: sources.laksa.pages: found 'cursor'; allowed: 'none', 'page', 'offset', 'next'",
    ),
    mapped(
        "next links without their path",
        "preset: laksa",
        "pages: next",
        says="city.yaml:16:5: sources.laksa.pages: next needs the key next_link, the path of the next page's address",
    ),
    mapped(
        "next links in CSV",
        "preset: laksa",
        "format: csv",
        "pages: next",
        "next_link: next",
        says="city.yaml:17:5: sources.laksa.pages: found next, but CSV has no place for the address of a next page",
    ),
    mapped(
        "keys of pages that are not turned that way",
        "preset: laksa",
        "page_key: halaman",
        "most_pages: 3",
        says=(
            "city.yaml:16:5: sources.laksa.page_key: is only for pages: page",
            "city.yaml:17:5: sources.laksa.most_pages: is only for pages: page or offset or next",
        ),
    ),
    mapped(
        "paths into a document that CSV does not have",
        "preset: laksa",
        "format: csv",
        "rows: data",
        says="city.yaml:17:5: sources.laksa.rows: is only for format: json",
    ),
]
