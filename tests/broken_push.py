"""What goes wrong with a source that sends by itself, each with its exact sentence."""

from __future__ import annotations

from tests.broken_configs import Broken

USUAL = "area, collector, cadence, owner, contact, licence"
ROWS = (
    "group, known_as, rows, fields, fixed, facts, channel, statuses, kinds, zone, time_format, as_of, whole, total, "
    "total_row"
)
LAKSA = "sources.laksa"


def pushed(name: str, *lines: str, says: str | tuple[str, ...], token: str = "token_env: LAKSA_TOKEN") -> Broken:
    """The good city, its laksa a source that sends, with these lines from line 14 on."""
    return Broken(
        name,
        ("collector: open311\n    url: ${BASE}/311\n    every: 10s", f"collector: push\n    {token}"),
        ("    page_size: 100", "\n".join(f"    {line}" for line in lines)),
        says=says,
    )


def by_hand(name: str, *lines: str, says: str | tuple[str, ...], area: str = "beds") -> Broken:
    """The good city, its laksa a form, with these lines from line 14 on."""
    own = "collector: manual\n    token_env: LAKSA_TOKEN"
    return Broken(
        name,
        ("area: complaints", f"area: {area}"),
        ("complaints apps", f"{area} apps"),
        ("collector: open311\n    url: ${BASE}/311\n    every: 10s", own),
        ("    page_size: 100", "\n".join(f"    {line}" for line in lines)),
        says=says,
    )


NEVER = "leave it out: a source with the collector push is never asked"
BROKEN_PUSH = [
    pushed("a push source with an url", "url: ${BASE}/311", says=f"city.yaml:14:5: {LAKSA}.url: {NEVER}"),
    pushed(
        "a push source with an interval of whatever kind", "every: soon",
        says=f"city.yaml:14:5: {LAKSA}.every: {NEVER}",
    ),
    pushed(
        "a push source without a token", token="per_minute: 5", says=f"city.yaml:8:3: {LAKSA}.token_env: is missing"
    ),
    pushed(
        "a token where the name of its variable belongs", token="token_env: 0123-4567",
        says=f"city.yaml:11:5: {LAKSA}.token_env: found '0123-4567'; must be the name of an environment variable",
    ),
    pushed(
        "more pushes than may be", "per_minute: 0", "megabytes: 17",
        says=(
            f"city.yaml:14:5: {LAKSA}.per_minute: found 0; must be at least 1",
            f"city.yaml:15:5: {LAKSA}.megabytes: found 17; must be at most 16",
        ),
    ),
    pushed(
        "a key of a push source that there is not", "pages: next",
        says=f"city.yaml:14:5: {LAKSA}.pages: unknown key; allowed here: {USUAL}, {ROWS}, token_env, hmac_env, "
        "per_minute, megabytes",
    ),
    pushed(
        "a field taken away that complaints need", 'fields: {id: ""}',
        says=f"city.yaml:14:14: {LAKSA}.fields.id: is missing: complaints cannot be read without the path of id",
    ),
    pushed(
        "names of applications for a source of something else", "known_as: {SRV-7: one}", "group: government",
        says=(
            f"city.yaml:14:5: {LAKSA}.known_as: is only for the area apps",
            f"city.yaml:15:5: {LAKSA}.group: is only for the area apps",
        ),
    ),
    by_hand(
        "a form without rooms", "hospital: RS Contoh", "rooms: []",
        says=f"city.yaml:15:5: {LAKSA}.rooms: found a list; must hold at least one",
    ),
    by_hand(
        "a form with the same room twice", "hospital: RS Contoh", "rooms: [Kelas 1, KELAS 1]",
        says=f"city.yaml:15:5: {LAKSA}.rooms: names one twice",
    ),
    by_hand(
        "a form for beds without a hospital", "rooms: [ICU]",
        says=f"city.yaml:8:3: {LAKSA}.hospital: is missing: the form for beds needs it",
    ),
    by_hand(
        "the keys of another form", "rooms: [ICU]", "categories: [Banjir]", area="traffic",
        says=(
            f"city.yaml:14:5: {LAKSA}.rooms: is not for traffic; allowed there: token_env",
            f"city.yaml:15:5: {LAKSA}.categories: is not for traffic; allowed there: token_env",
        ),
    ),
    by_hand(
        "a post whose level the file would state", "posts: {p1: {post: Satu, level_cm: 5}}", area="water",
        says=f"city.yaml:14:30: {LAKSA}.posts.p1.level_cm: unknown field; allowed here: post, river, siaga_4, siaga_3, "
        "siaga_2, siaga_1, upstream, lat, lon",
    ),
    by_hand(
        "a form for an application that the city does not list", "applications: [one, nine]", area="apps",
        says=f"city.yaml:14:25: {LAKSA}.applications.1: found 'nine'; must be the id of a row of the applications file",
    ),
]  # fmt: skip
