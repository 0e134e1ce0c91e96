"""Finds a browser for the tests, or installs one, or fails with the one line to run. Never skips silently."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DEBIAN = ("libatomic1", "fonts-dejavu-core")
HELP = """No browser was found for the tests, and none could be installed.
On Debian: apt-get install chromium-headless-shell libatomic1 fonts-dejavu-core
Elsewhere: .venv/bin/playwright install --with-deps --only-shell chromium, or set BROWSER_BIN."""


def found() -> Path | None:
    """BROWSER_BIN, a browser on the PATH, Chrome on a Mac, or one that Playwright keeps."""
    given = os.environ.get("BROWSER_BIN")
    if given:
        if not Path(given).is_file():
            raise SystemExit(f"BROWSER_BIN: there is no file {given}.")
        return Path(given)
    for name in NAMES:
        path = shutil.which(name)
        if path is not None and not is_snap_stub(Path(path)):
            return Path(path)
    if MAC.is_file():
        return MAC
    return kept_by_playwright()


def is_snap_stub(path: Path) -> bool:
    """Ubuntu's chromium packages only start a snap, which a test cannot drive."""
    with path.open("rb") as file:
        return b"snap" in file.read(2048)


def kept_by_playwright() -> Path | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    files = sorted(folder.glob("chromium*/*/headless_shell")) + sorted(folder.glob("chromium*/*/chrome*"))
    return next((file for file in files if os.access(file, os.X_OK) and file.is_file()), None)


def as_root() -> list[str] | None:
    """How to run a command as root without asking anybody, None if that is not possible."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def apt(*packages: str) -> bool:
    root = as_root()
    if root is None:
        return False
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    print(f"Installing {' '.join(packages)} for the browser tests ...", file=sys.stderr)
    subprocess.run([*root, *environment, "apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
    command = [*root, *environment, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


def main() -> None:
    if sys.platform == "linux" and find_library("atomic") is None:
        apt(*DEBIAN)
    if found() is not None:
        return
    for package in ("chromium-headless-shell", "chromium"):
        if apt(package, *DEBIAN) and found() is not None:
            return
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    if subprocess.run(command, check=False).returncode == 0 and found() is not None:
        return
    raise SystemExit(HELP)


if __name__ == "__main__":
    main()
