"""What moves: nothing flashes faster than twice a second, and no text does at all; only what is meant to moves."""

from __future__ import annotations

from playwright.sync_api import Page

FASTEST = 2.0
"""Hz"""

MOVING = """() => document.getAnimations({ subtree: true }).map((animation) => {
  const { target, pseudoElement } = animation.effect;
  const frames = animation.effect.getKeyframes().map(
    ({ offset, computedOffset, easing, composite, ...look }) => JSON.stringify(look));
  const steps = frames.filter((look, i) => look !== frames[i - 1]);
  return {
    name: `${target.closest('[data-tile]')?.dataset.tile || ''} `
      + `${target.id || target.className || target.tagName}${pseudoElement || ''}`,
    text: target.innerText || target.textContent || '',
    seconds: animation.effect.getComputedTiming().duration / 1000,
    flashes: Math.max(1, Math.floor(steps.length / 2)),
  };
})"""


def flashing(page: Page) -> list[str]:
    found = []
    for one in page.evaluate(MOVING):
        rate = one["flashes"] / one["seconds"] if one["seconds"] else float("inf")
        if rate > FASTEST:
            found.append(f"{one['name']} flashes {rate:.1f} times a second, {FASTEST:g} are allowed")
        if one["text"].strip():
            found.append(f"{one['name']} {one['text'].strip()!r} is text, and moves")
    return found
