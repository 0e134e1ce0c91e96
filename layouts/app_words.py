"""What an application that is not up is said to be."""

from __future__ import annotations

from datetime import datetime, timedelta

from collectors.readings.shape import AbnormalApp, AppCell
from layouts.words import Words

DAY = timedelta(days=1)


def expires(app: AbnormalApp | AppCell) -> bool:
    """Whether all that is wrong with it is a certificate about to end: it answers, and is marked like one degraded."""
    return app["status"] == "up" and app.get("certificate_days") is not None


def app_status(app: AbnormalApp, seen: str | None, words: Words) -> str:
    """In a few words; "" for an unknown one. `seen` is the time of the reading (ISO)."""
    days, until = app.get("certificate_days"), app.get("until")
    if expires(app) and days is not None:
        return certificate(days, words)
    if app["status"] == "maintenance" and until is not None:
        soon = seen is None or datetime.fromisoformat(until) - datetime.fromisoformat(seen) <= DAY
        return words.fill("app_maintenance_until", time=words.time(until, None if soon else seen))
    return "" if app["status"] == "unknown" else words[f"app_{app['status']}"]


def certificate(days: int, words: Words) -> str:
    """How long a certificate lasts that ends soon, in whole days; negative where it has ended."""
    if days < 0:
        return words["certificate_ended"]
    if days < 2:
        return words["certificate_tomorrow" if days else "certificate_today"]
    return words.fill("certificate_days", n=words.number(days))
