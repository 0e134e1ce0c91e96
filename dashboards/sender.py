"""Whether a push comes from whom it says: a token for each source, and where the city asks for it a signature."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256

from collectors.inbox import Signature
from collectors.push import PushSettings
from dashboards.body import RefusedError

WINDOW = 300
LEAST_TOKEN = 16


def secret(environment: Mapping[str, str], variable: str) -> str:
    """What a variable holds. Raises RefusedError where it is too little to be a secret."""
    found = environment.get(variable, "").strip()
    if len(found) < LEAST_TOKEN:
        raise RefusedError(503, "this source's token is not set up here yet; its keeper has to do that", 600)
    return found


def check_token(given: str, mine: str, others: Sequence[str]) -> None:
    """`mine` is the source's token, `others` are those of all other sources. Raises RefusedError."""
    # all are compared, so that the time it takes tells nothing
    is_mine = same(given, mine)
    is_another = sum(same(given, token) for token in others) > 0
    if is_mine:
        return
    if is_another:
        raise RefusedError(403, "this token is for another source")
    raise RefusedError(401, "send this source's token: Authorization: Bearer ...")


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(sha256(one.encode("utf-8", "replace")).digest(), sha256(other.encode()).digest())


def bearer(header: str | None) -> str:
    """The token of an Authorization header, "" where there is none."""
    kind, _, token = (header or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def signature_of(key: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) of the moment, a dot and the body, in hex."""
    return hmac.new(key.encode(), moment.encode() + b"." + body, sha256).hexdigest()


def check_signature(headers: Mapping[str, str], key: str, body: bytes, now: float | None = None) -> Signature:
    """Raises RefusedError unless the body is signed with the key, within five minutes."""
    moment, given = headers.get("x-push-timestamp", ""), headers.get("x-push-signature", "").lower()
    if not moment or not given:
        raise RefusedError(403, "this source signs what it sends: X-Push-Timestamp and X-Push-Signature are missing")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        raise RefusedError(403, "X-Push-Timestamp must be whole seconds since 1970")
    given = given.removeprefix("sha256=")
    if not same(given, signature_of(key, moment, body)):
        raise RefusedError(403, "the signature is not this body's")
    age = (time.time() if now is None else now) - int(moment)
    if abs(age) > WINDOW:
        raise RefusedError(403, f"it was signed more than {WINDOW // 60} minutes ago, or ahead of time: sign it anew")
    # for as long as the moment is good, whichever clock runs ahead
    return Signature(given, 2 * WINDOW)


def hmac_key(environment: Mapping[str, str], settings: PushSettings) -> str | None:
    """The key a source signs with, None where it does not sign. Raises RefusedError."""
    return None if settings.hmac_env is None else secret(environment, settings.hmac_env)
