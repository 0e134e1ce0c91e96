"""Pictures of the wall in every state, for the documentation: `make pictures`.

They come from the same stage as the lint (staged.py): the pretend city at one moment, always the same. PNGs of 256
colours, so that a repository can carry them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.staged import STATES, shown
from tests.browsers import ARGUMENTS, found
from tests.room import Pages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "wall"
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
        finally:
            room.stop()


def keep(png: bytes, path: Path) -> None:
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
