"""What surrounds the program: its folders, ports and addresses, and the city's file. A mistake is one sentence."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import tomllib
from pathlib import Path
from typing import NoReturn

from config import Config, ConfigError, load

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_PORT = 8050
MISTAKE = 2


def refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(MISTAKE)


def web_port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        refuse(f"PORT: found {text!r}; must be a number from 1 to 65535.")
    return int(text)


def web_host() -> str:
    """Where to listen. Until there is access control only this machine may look."""
    host = os.environ.get("HOST") or "127.0.0.1"
    if host == "localhost":
        return host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        refuse(f"HOST: found {host!r}; must be an IP address of this machine, such as 127.0.0.1.")
    if not loopback:
        refuse(
            f"HOST: refused to listen on {host}: there is no access control yet, so only 127.0.0.1 and ::1 are allowed."
        )
    return host


def visitors_door(config: Config) -> tuple[str, int] | None:
    """Where visitors' phones come in, if they have a door of their own: it shows nothing that is not for visitors."""
    text, host = os.environ.get("VISITOR_PORT") or "", os.environ.get("VISITOR_HOST") or "127.0.0.1"
    if not text:
        return None
    if not text.isdigit() or not 0 < int(text) < 65536 or int(text) == web_port():
        refuse(f"VISITOR_PORT: found {text!r}; must be a number from 1 to 65535, and not that of PORT.")
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        refuse(f"VISITOR_HOST: found {host!r}; must be an IP address of this machine; 0.0.0.0 is all of them.")
    if everywhere and not (os.environ.get("VISITOR_ADDRESS") or config.address):
        refuse(
            "VISITOR_ADDRESS: must say how phones find this machine, such as http://10.0.0.5:8060: it has many names."
        )
    if not is_free(int(text)):
        refuse(f"VISITOR_PORT: something listens on port {text} already; stop it, or set another.")
    return host, int(text)


def phones_address(config: Config, listening: tuple[str, int]) -> str:
    """What visitors type before /t: as the operator says it, as the city's file does, or where this program listens."""
    host, port = listening
    return (
        os.environ.get("VISITOR_ADDRESS") or config.address or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_defaults(command: str) -> None:
    """The demo city stands on the port after the wall's, unless DEMO names another."""
    if os.environ.get("DEMO"):
        return
    port = web_port() + 1
    if command == "run":
        port = next((free for free in range(port, port + 50) if is_free(free)), port)
        os.environ["LIVEROOM_DEMO_PORT"] = str(port)
    os.environ["DEMO"] = f"http://127.0.0.1:{port}"


def read_config(path: Path) -> Config:
    try:
        return load(path, os.environ)
    except ConfigError as error:
        refuse("\n".join(error.mistakes))
    except OSError as error:
        refuse(f"{path}: cannot be read: {error.strerror}.")


def var() -> Path:
    """Where data are kept."""
    return Path(os.environ.get("LIVEROOM_VAR") or ROOT / "var")


def version_text() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
