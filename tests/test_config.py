"""The city's file: every mistake is told with its place, what was found and what is allowed; nothing secret is told."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.source import EVERY_AREA
from config import Config, ConfigError, load
from config.sheet import Sheet
from tests.broken_configs import APPLICATIONS, BROKEN, GOOD, SQUARE, WINDOWS, Broken
from tests.broken_mapped import BROKEN_MAPPED
from tests.broken_push import BROKEN_PUSH
from tests.many import write_applications
from tests.mutations import changed, places

ROOT = Path(__file__).resolve().parent.parent


def written(folder: Path, broken: Broken) -> Path:
    """A city's folder with a good file and what is broken in it."""
    text = GOOD
    for old, new in broken.changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    if broken.whole is not None:
        text = broken.whole
    (folder / "square.geojson").write_text(SQUARE if broken.boundaries is None else broken.boundaries)
    (folder / "apps.csv").write_text(APPLICATIONS if broken.applications is None else broken.applications)
    path = folder / "city.yaml"
    path.write_text(text)
    return path


def mistakes(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, {"BASE": "http://127.0.0.1:1"} if environment is None else environment)
    return caught.value.mistakes


def loaded(folder: Path, *changes: tuple[str, str], environment: dict[str, str] | None = None) -> Config:
    path = written(folder, Broken("good", *changes))
    return load(path, {"BASE": "http://127.0.0.1:1"} if environment is None else environment)


@pytest.mark.parametrize("broken", [*BROKEN, *BROKEN_MAPPED, *BROKEN_PUSH], ids=lambda broken: broken.name)
def test_a_broken_file_is_told_exactly(tmp_path: Path, broken: Broken) -> None:
    assert mistakes(written(tmp_path, broken)) == list(broken.sentences)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert [(source.name, source.every, source.cadence) for source in config.sources] == [
        ("laksa", 10, 60),
        ("apps", 90, 7200),
    ]
    assert config.sources[0].settings.model_dump()["page_size"] == 100
    assert config.city.bounds == (106.0, -7.0, 107.0, -6.0)
    assert [(app.id, sorted(app.accept)[-1]) for app in config.city.applications] == [("one", 399), ("two", 401)]
    assert config.limits.icu_free == 2
    assert config.screens["main"].tiles == ("complaints", "apps")
    assert config.demo is None


def test_the_shipped_file_is_good() -> None:
    config = load(ROOT / "config.yaml", {"DEMO": "http://127.0.0.1:8051"})
    assert {source.area for source in config.sources} == set(EVERY_AREA)
    assert len(config.city.applications) == 174
    assert config.demo == "http://127.0.0.1:8051"


@pytest.mark.parametrize("text", ["no", "yes", "on", "12:30", "010", "0x1f", "1e3", "1_000", "2026-11-24", ".5", "+1"])
def test_what_yaml_would_read_as_something_else_stays_text(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, ("Kota Kotak", text)).city.name == text


def test_a_byte_order_mark_as_windows_writes_it_is_no_mistake(tmp_path: Path) -> None:
    path = written(tmp_path, Broken("marked"))
    for name in ("city.yaml", "apps.csv", "square.geojson"):
        (tmp_path / name).write_text("\ufeff" + (tmp_path / name).read_text())
    assert len(load(path, {"BASE": "http://127.0.0.1:1"}).city.applications) == 2


def test_a_default_stands_in_for_a_variable_that_is_not_set_or_empty(tmp_path: Path) -> None:
    change = ("${BASE}/311", "${OTHER:-http://127.0.0.1:2}/311")
    for environment in ({"BASE": "http://b"}, {"BASE": "http://b", "OTHER": ""}):
        assert loaded(tmp_path, change, environment=environment).sources[0].url == "http://127.0.0.1:2/311"


SECRET = "s3cret-value"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("${BASE}/311", "${SECRET}"),
        ("${BASE}/311", "'${SECRET} /x'"),
        ("Asia/Jakarta", "${SECRET}"),
        ("collector: open311", "collector: ${SECRET}"),
        ("area: complaints", "area: ${SECRET}"),
        ("every: 10s", "every: ${SECRET}"),
        ("page_size: 100", "page_size: ${SECRET}"),
        ("[id, en]", "[id, '${SECRET}']"),
        ("[id, en]", "${SECRET}"),
        ("icu_free: 2", "icu_free: ${SECRET}"),
        ("language: en", "language: ${SECRET}"),
        ("complaints apps", "complaints ${SECRET}"),
        ("complaints apps", "${SECRET} complaints ${SECRET}"),
        ("owner: Kominfo", "owner: {a: '${SECRET}'}"),
    ],
)
def test_a_value_from_the_environment_is_never_told(tmp_path: Path, old: str, new: str) -> None:
    path = written(tmp_path, Broken("secret", (old, new)))
    told = "\n".join(mistakes(path, {"BASE": "http://127.0.0.1:1", "SECRET": SECRET}))
    assert told
    assert SECRET not in told


def test_a_secret_in_a_row_of_applications_is_never_told(tmp_path: Path) -> None:
    rows = APPLICATIONS.replace("${BASE}/one", "${SECRET}/one")
    path = written(tmp_path, Broken("secret", applications=rows))
    told = mistakes(path, {"BASE": "http://127.0.0.1:1", "SECRET": SECRET})
    assert told == [
        "city.yaml:19:1: applications: apps.csv:2: url: found ${SECRET}/one; "
        "must be an address that begins with http:// or https://"
    ]


BLOCKS = """\
one:
  name: One
  group: public
  owner: Kominfo
  url: ${BASE}/one
  accept: [200, 401-403]
  category: Health
  maintenance: [Sun 01:00-03:00, 2026-03-01 22:00 - 2026-03-02 04:00]
two: {name: Two, group: government, owner: Dishub, url: "${BASE}/two", kind: actuator, accept: 200, stage: trial}
old: {name: Old, group: public, owner: Dishub, url: "${BASE}/old", stage: retired}
"""


def test_applications_may_be_a_yaml_file(tmp_path: Path) -> None:
    (tmp_path / "apps.yaml").write_text(BLOCKS)
    city = loaded(tmp_path, ("apps.csv", "apps.yaml")).city
    one, two = city.applications
    assert (one.id, one.url, sorted(one.accept), one.category) == (
        "one",
        "http://127.0.0.1:1/one",
        [200, 401, 402, 403],
        "Health",
    )
    assert (len(one.maintenance), two.kind, sorted(two.accept), two.stage) == (2, "actuator", [200], "trial")
    assert [old.id for old in city.retired] == ["old"]


def test_what_is_wrong_in_a_yaml_file_of_applications_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, Broken("blocks", ("apps.csv", "apps.yaml")))
    (tmp_path / "apps.yaml").write_text(
        BLOCKS.replace("group: public\n", "group: private\n")
        .replace("accept: [200, 401-403]", "accept: [200, 4xx]")
        .replace("Sun 01:00-03:00", "Sun 1-3")
        .replace("kind: actuator", "kin: actuator")
        .replace("${BASE}/old", "${SECRET}/old")
        + "old: {}\nfour: 4\nfive: {id: 5}\nsix: {name: '', group: public, owner: 6, url: ftp://six}\n"
    )
    told = mistakes(path, {"BASE": "http://127.0.0.1:1", "SECRET": SECRET})
    assert SECRET not in "\n".join(told)
    before = "city.yaml:19:1: applications: apps.yaml:"
    keys = "name, group, owner, url, kind, accept, contains, category, stage, maintenance"
    assert told == [
        f"{before}3:3: one.group: found 'private'; allowed: 'public', 'government'",
        f"{before}6:3: one.accept: found a list; must be statuses such as 200 or 200-299",
        f"{before}8:3: one.maintenance: found a list; {WINDOWS}",
        f"{before}9:72: two.kin: unknown key; allowed here: {keys}",
        f"{before}10:48: old.url: found ${{SECRET}}/old; must be an address that begins with http:// or https://",
        f"{before}11:1: old: this key was given before, in line 10",
        f"{before}12:1: four: must be a block of keys",
        f"{before}13:8: five.id: unknown key; allowed here: {keys}",
        f"{before}14:7: six.name: must not be empty",
        f"{before}14:32: six.owner: found 6; must be text; put it in quotes",
    ]
    (tmp_path / "apps.yaml").write_text("- one\n")
    assert mistakes(path) == [f"{before}1:1: the file: must be a block for each application, under its id"]


def test_a_retired_application_is_known_and_not_counted(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        Broken(
            "retired", applications=APPLICATIONS.replace("contains", "stage") + "old,Old,public,D,http://o,,,retired\n"
        ),
    )
    city = load(path, {"BASE": "http://127.0.0.1:1"}).city
    assert ([one.id for one in city.applications], [one.id for one in city.retired]) == (["one", "two"], ["old"])


def test_a_file_that_is_not_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, Broken("latin"))
    path.write_bytes(GOOD.replace("Kotak", "K\u00f6tak").encode("latin-1"))
    assert mistakes(path) == ["city.yaml:2:15: this is not UTF-8 text"]


def test_an_applications_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, Broken("latin"))
    (tmp_path / "apps.csv").write_bytes(b"id,name\n\xff")
    assert mistakes(path) == ["city.yaml:19:1: applications: apps.csv is not UTF-8 text"]


def test_folders_in_place_of_files_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, Broken("folders", ("apps.csv", "."), ("square.geojson", ".")))
    assert mistakes(path) == [
        "city.yaml:6:3: city.boundaries: . cannot be read: Is a directory",
        "city.yaml:19:1: applications: . cannot be read: Is a directory",
    ]


def run(command: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIVEROOM") and name != "DEMO"}
    return subprocess.run(
        [sys.executable, "app.py", command, *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.patient
def test_check_exits_2_and_tells_every_mistake(tmp_path: Path) -> None:
    path = written(tmp_path, Broken("two", ("Asia/Jakarta", "Mars/Base"), ("every: 10s", "every: soon")))
    done = run("check", {"BASE": "http://127.0.0.1:1"}, "--config", str(path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == mistakes(path)


def test_check_says_that_a_good_file_is_good() -> None:
    done = run("check", {})
    assert (done.returncode, done.stderr) == (0, "")
    sources = len(load(ROOT / "config.yaml", {"DEMO": "http://127.0.0.1:8051"}).sources)
    said = f"config.yaml: good. Kota Tangerang: {sources} sources, 174 applications, screens: main, hall.\n"
    assert done.stdout == said


@pytest.mark.patient
def test_a_file_of_five_hundred_applications_is_good(tmp_path: Path) -> None:
    write_applications(tmp_path / "applications.csv", 500)
    text = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("assets/", f"{ROOT}/assets/")
    text = text.replace(" cities/", f" {ROOT}/cities/")
    path = tmp_path / "config.yaml"
    path.write_text(re.sub(r"(?m)^applications: .*$", "applications: applications.csv", text), encoding="utf-8")
    done = run("check", {}, "--config", str(path))
    assert done.returncode == 0, done.stderr
    assert "500 applications" in done.stdout


@pytest.mark.patient
def test_a_file_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = run("check", {}, "--config", str(tmp_path / "none.yaml"))
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}/none.yaml: cannot be read: No such file or directory.\n"


@pytest.mark.parametrize("odd", [None, [], ["x"], {}, {"x": 1}, [[1]], 0, -1, 1.5, True, "", "x"], ids=repr)
def test_whatever_stands_where_something_else_belongs_the_answer_is_a_sentence(tmp_path: Path, odd: object) -> None:
    path = written(tmp_path, Broken("good"))
    environment = {"BASE": "http://127.0.0.1:1"}
    good = Sheet("city.yaml", environment).read(GOOD)
    for place in places(good):
        path.write_text(json.dumps(changed(good, place, odd)))
        try:
            load(path, environment)
        except ConfigError as error:
            assert all(said.startswith("city.yaml:") for said in error.mistakes), place
