"""The pretend applications over HTTP."""

import asyncio
import csv
from collections import Counter
from datetime import datetime, timedelta

from demo.answers import CITY
from demo.city import build
from demo.clock import Clock
from demo.tables import CITY as TABLES
from tests.pretend import TUESDAY_MORNING, Client, Now, pretend


def rows() -> list[dict[str, str]]:
    with (TABLES / "applications.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


async def right(client: Client, row: dict[str, str]) -> bool:
    """Whether an application answers as its row says."""
    async with client.get(row["url"].removeprefix("${DEMO}")) as answer:
        accepted = {int(status) for status in row["accept"].split()} or set(range(200, 400))
        kind = "application/health+json" if row["kind"] == "health+json" else "text/html"
        return answer.status in accepted and answer.content_type == kind and row["contains"] in await answer.text()


async def test_all_174_answer_as_their_rows_say_but_the_few_in_trouble() -> None:
    async with pretend() as client:
        answers = await asyncio.gather(*(right(client, row) for row in rows()))
        assert len(answers) == 174
        assert answers.count(False) <= 4


async def test_health_json_gives_its_checks_with_their_time() -> None:
    async with pretend() as client:
        row = next(row for row in rows() if row["kind"] == "health+json")
        async with client.get(f"/apps/{row['id']}/") as answer:
            body = await answer.json()
        assert body["status"] == "pass"
        assert body["description"] == row["name"]
        (check,) = body["checks"]["database:responseTime"]
        assert datetime.fromisoformat(check["time"]) == TUESDAY_MORNING


async def test_a_login_page_answers_401_and_still_says_its_name() -> None:
    async with pretend() as client:
        row = next(row for row in rows() if "401" in row["accept"])
        async with client.get(f"/apps/{row['id']}/") as answer:
            assert answer.status == 401
            assert row["name"] in await answer.text()


async def test_an_application_in_trouble_warns_or_fails() -> None:
    now = Now()
    async with pretend(now) as client:
        assert client.app is not None
        apps = client.app[CITY].apps
        seen: Counter[tuple[str, int, str]] = Counter()
        for _ in range(600):
            now.turn(minutes=10)
            for id, application in apps.applications.items():
                condition = apps.at(id, now.moment)
                key = (application.kind, condition.state) if condition else None
                if key not in {("health+json", "down"), ("http", "down")} or seen.total() > 5:
                    continue
                async with client.get(f"/apps/{id}/") as answer:
                    status = (await answer.json())["status"] if application.kind == "health+json" else ""
                    seen[application.kind, answer.status, status] += 1
        assert set(seen) == {("http", 503, ""), ("health+json", 503, "fail")}


async def test_an_unknown_application_is_not_found() -> None:
    async with pretend() as client, client.get("/apps/nothing/") as answer:
        assert answer.status == 404


def test_delays_follow_the_office_day() -> None:
    apps = build(36, Clock(TUESDAY_MORNING)).apps

    def mean(moment: datetime) -> float:
        conditions = [apps.at(id, moment) for id in apps.applications]
        delays = [condition.delay for condition in conditions if condition and condition.state == "up"]
        return sum(delays) / len(delays)

    assert mean(TUESDAY_MORNING + timedelta(hours=2)) > 1.5 * mean(TUESDAY_MORNING - timedelta(hours=7))
