"""Pictures of the wall in every state, and of the pages for officials, for the documentation: `make pictures`.

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
from tests.browsers import ARGUMENTS, found
from tests.room import Pages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "wall"
PAST = ROOT / "docs" / "explore"
AREAS = ("complaints", "beds", "traffic", "apps", "water")
DESK, PHONE = (1440, 1000), (390, 844)
SIZES = ((1920, 1080), (3840, 2160))
COLOURS = 256


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
            officials(browser, room.url)
        finally:
            room.stop()


def officials(browser: Browser, url: str) -> None:
    """Each page of the past in both languages; complaints on a phone too."""
    PAST.mkdir(parents=True, exist_ok=True)
    views = [(area, language, DESK) for area in AREAS for language in ("id", "en")]
    for area, language, (width, height) in [*views, ("complaints", "id", PHONE), ("beds", "id", PHONE)]:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{url}/explore/{area}?lang={language}")
        page.wait_for_timeout(3000)
        keep(page.screenshot(), PAST / f"{area}-{language}{'-phone' if width < 500 else ''}.png")
        page.close()


def keep(png: bytes, path: Path) -> None:
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
