"""Recorded answers served instead of the pretend city's own."""

import json
from pathlib import Path

import pytest

from tests.pretend import pretend


def record(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


async def test_a_file_answers_the_path_of_its_name(tmp_path: Path) -> None:
    record(tmp_path, "waze/feed.json", '{"jams": []}')
    record(tmp_path, "laksa/open311/v2/requests.xml", "<service_requests/>")
    async with pretend(replay=tmp_path) as client:
        async with client.get("/waze/feed?format=1") as answer:
            assert await answer.json() == {"jams": []}
            assert answer.headers["Live-Room-Demo"].startswith("36-")
        async with client.get("/laksa/open311/v2/requests.xml") as answer:
            assert answer.content_type in {"text/xml", "application/xml"}
            assert await answer.text() == "<service_requests/>"


async def test_a_recorded_source_answers_nothing_else_and_the_others_go_on(tmp_path: Path) -> None:
    record(tmp_path, "laksa/open311/v2/requests.json", "[]")
    async with pretend(replay=tmp_path) as client:
        async with client.get("/laksa/open311/v2/services.json") as answer:
            assert answer.status == 404
        async with client.get("/waze/feed") as answer:
            assert answer.status == 200


async def test_an_index_chooses_by_query_and_body(tmp_path: Path) -> None:
    record(tmp_path, "second.json", "[2]")
    record(tmp_path, "one.json", '{"profil": 1}')
    record(tmp_path, "busy.txt", "busy")
    path = "/laksa/open311/v2/requests.json"
    index = [
        {"path": path, "query": {"page": "2"}, "file": "second.json"},
        {"path": "/aplicares/Pencarian/getData", "body": {"kdppk": "7"}, "file": "one.json"},
        {"path": path, "file": "busy.txt", "status": 503, "content_type": "text/plain"},
    ]
    record(tmp_path, "index.json", json.dumps(index))
    async with pretend(replay=tmp_path) as client:
        async with client.get(f"{path}?page=2&page_size=5") as answer:
            assert await answer.json() == [2]
        async with client.get(path) as answer:
            assert (answer.status, await answer.text()) == (503, "busy")
        async with client.post("/aplicares/Pencarian/getData", json={"kdppk": "7", "jnsppk": "R"}) as answer:
            assert await answer.json() == {"profil": 1}
        async with client.post("/aplicares/Pencarian/getData", json={"kdppk": "8"}) as answer:
            assert answer.status == 404


async def test_faults_work_on_recorded_answers(tmp_path: Path) -> None:
    record(tmp_path, "waze/feed.json", '{"jams": []}')
    async with pretend(replay=tmp_path) as client:
        async with client.post("/_faults/waze", json={"kind": "truncated"}) as answer:
            assert answer.status == 200
        async with client.get("/waze/feed") as answer:
            assert await answer.text() == '{"jams'


async def test_nothing_outside_the_folder_is_served(tmp_path: Path) -> None:
    record(tmp_path, "secret.json", "[]")
    record(tmp_path, "recorded/waze/feed.json", "{}")
    async with pretend(replay=tmp_path / "recorded") as client:
        for path in ("/waze/%2e%2e/%2e%2e/secret.json", "/waze/..%2f..%2fsecret.json", "/waze/%00"):
            async with client.get(path) as answer:
                assert answer.status in {400, 404}


async def test_an_index_that_names_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    record(tmp_path, "index.json", '[{"path": "/waze/feed", "file": "gone.json"}]')
    with pytest.raises(FileNotFoundError, match=r"names gone\.json, which is not there"):
        async with pretend(replay=tmp_path):
            pass
