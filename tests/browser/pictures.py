"""Pictures of the wall in every state, of the officials' pages and of a tour, for the documentation: `make pictures`.

They come from the same stage as the lint (staged.py): the pretend city at one moment, always the same. PNGs of 256
colours, so that a repository can carry them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.staged import STATES, shown
from tests.browser.toured import toured
from tests.browsers import ARGUMENTS, found
from tests.room import Pages, Room, wait_for

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "wall"
PAST = ROOT / "docs" / "explore"
AREAS = ("complaints", "beds", "traffic", "apps", "water")
DESK, PHONE = (1440, 1000), (390, 844)
SIZES = ((1920, 1080), (3840, 2160))
COLOURS = 256
PAST_IN = 180.0


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        room = Pages(Path(folder))
        room.start()
        try:
            browser = playwright.chromium.launch(executable_path=found(), args=ARGUMENTS)
            for name, state in STATES.items():
                for width, height in SIZES:
                    with shown(browser, room.url, state, (width, height)) as page:
                        keep(page.screenshot(), FOLDER / f"{name}-{width}x{height}.png")
        finally:
            room.stop()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        whole = Room(Path(folder))
        whole.start()
        try:
            wait_for("the past is in", lambda: "outages" in whole.text("/api/v1/history"), PAST_IN)
            browser = playwright.chromium.launch(executable_path=found(), args=ARGUMENTS)
            officials(browser, whole.url)
            toured(browser, whole.url, ROOT / "docs" / "tours", keep)
        finally:
            whole.stop()


def officials(browser: Browser, url: str) -> None:
    """Each page for officials in both languages; some on a phone too."""
    PAST.mkdir(parents=True, exist_ok=True)
    paths = {area: f"/explore/{area}" for area in AREAS} | {"brief": "/brief", "adoption": "/adoption"}
    views = [(name, language, DESK) for name in paths for language in ("id", "en")]
    for name, language, (width, height) in [*views, *((name, "id", PHONE) for name in ("complaints", "beds", "brief"))]:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{url}{paths[name]}?lang={language}")
        page.wait_for_timeout(3000)
        keep(page.screenshot(), PAST / f"{name}-{language}{'-phone' if width < 500 else ''}.png")
        page.close()


def keep(png: bytes, path: Path) -> None:
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
