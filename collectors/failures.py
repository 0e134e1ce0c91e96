"""The ways a request can fail, each as a few plain words without anything secret in them."""

from __future__ import annotations

import errno
from http import HTTPStatus

import aiohttp

from collectors.records import CollectError, Fault

_NETWORK = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection closed without an answer",
    errno.EPIPE: "connection closed without an answer",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "network unreachable",
    errno.ETIMEDOUT: "timed out while connecting",
}

# narrower kinds first
_KINDS: tuple[tuple[type[BaseException], str, Fault], ...] = (
    (aiohttp.ClientConnectorDNSError, "name not found", "unreachable"),
    (aiohttp.ClientSSLError, "no secure connection (TLS) possible", "untrusted"),
    (aiohttp.ClientPayloadError, "answer cut off or not decompressible", "broken"),
    (aiohttp.ClientResponseError, "answered something that is not HTTP", "broken"),
    (aiohttp.NonHttpUrlClientError, "the configured address is not valid", "settings"),
    (ValueError, "the configured address is not valid", "settings"),
)


class SourceError(CollectError):
    """A failure of one host: the sentence is "host: reason"; `reason` stands alone where the host is known."""

    def __init__(
        self,
        host: str,
        reason: str,
        retry_after: float | None = None,
        fault: Fault = "broken",
        status: int | None = None,
    ) -> None:
        super().__init__(f"{host}: {reason}", retry_after, fault, status)
        self.reason = reason


class StatusError(SourceError):
    """The source answered, with a status that is no success."""

    def __init__(self, host: str, reason: str, status: int, retry_after: float | None) -> None:
        fault: Fault = "limited" if status == HTTPStatus.TOO_MANY_REQUESTS else "refused"
        super().__init__(host, reason, retry_after, fault, status)


def reason(problem: BaseException, limit: float, connect_limit: float) -> tuple[str, Fault]:
    """What went wrong, and its kind; the limits in seconds are those the request had."""
    if isinstance(problem, aiohttp.ConnectionTimeoutError):
        return f"no connection within {connect_limit:g} s", "unreachable"
    if isinstance(problem, TimeoutError):
        return f"timed out after {limit:g} s", "silent"
    if isinstance(problem, aiohttp.ClientConnectorCertificateError):
        why = getattr(problem.certificate_error, "verify_message", "")
        return "certificate not valid" + (f" ({why})" if why else ""), "untrusted"
    for kind, words, fault in _KINDS:
        if isinstance(problem, kind):
            return words, fault
    if isinstance(problem, OSError):
        return _NETWORK.get(problem.errno or 0, "network error"), "unreachable"
    return f"could not be read ({type(problem).__name__})", "broken"
