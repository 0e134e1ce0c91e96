"use strict";
/* The page /screens: asks every two seconds who shows the wall, and passes on what a person asks of a screen. */
(() => {
  const EVERY = 2000;
  const room = (window.liveroom = window.liveroom || {});
  const page = () => document.getElementById("remote");
  const say = () => JSON.parse(page().dataset.say);

  function element(tag, text, classes) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (classes) made.className = classes;
    return made;
  }

  const megabytes = (bytes) => (bytes === null ? "–" : `${(bytes / 1048576).toFixed(0)} MB`);

  function browser(one, words) {
    const made = element("div", undefined, one.alive ? "browser" : "browser dead");
    const mark = element("i", undefined, `i i-${one.alive ? "live" : "failed"}`);
    mark.setAttribute("aria-hidden", "true");
    const head = element("b");
    head.append(mark, ` ${one.alive ? words.alive : words.dead} · ${one.id.slice(0, 6)}${one.replay ? ` · ${words[one.replay]}` : ""}`);
    made.append(head);
    const facts = element("dl");
    const shown = {
      [words.silent]: room.ages.duration(one.silent),
      [words.board]: one.board || "–",
      [words.panel]: `${one.width} × ${one.height}`,
      [words.up]: room.ages.duration(one.up),
      [words.painted]: room.ages.duration(one.painted),
      [words.heap]: megabytes(one.heap),
      [words.skew]: `${one.skew} ms`,
      [words.build]: one.build,
    };
    for (const [name, value] of Object.entries(shown)) {
      const fact = element("div");
      fact.append(element("dt", name), element("dd", value));
      facts.append(fact);
    }
    made.append(facts);
    return made;
  }

  function fill(found) {
    const words = say();
    for (const section of page().querySelectorAll("[data-screen]")) {
      const mine = found.screens.filter((one) => one.screen === section.dataset.screen);
      const made = mine.map((one) => browser(one, words));
      section.querySelector(".browsers").replaceChildren(...(made.length ? made : [element("p", words.none, "none")]));
      const order = (found.walls[section.dataset.screen] || {}).order || {};
      section.querySelector(".shows").textContent = ` ${words.shows}: ${order.tile || order.board || words.turns}`;
      for (const button of section.querySelectorAll("button[data-order]")) {
        const now = button.dataset.name && order[button.dataset.order] === button.dataset.name;
        button.setAttribute("aria-pressed", String(Boolean(now)));
      }
    }
  }

  async function look() {
    if (!page()) return;
    const answer = await fetch("/api/v1/screens", { cache: "no-store" }).catch(() => null);
    const lost = page().querySelector(".lost");
    lost.hidden = Boolean(answer && answer.ok);
    if (lost.hidden) fill(await answer.json());
    else lost.textContent = say().lost;
  }

  async function order(button) {
    const { order: what, name, on } = button.dataset;
    const answer = await fetch(`/api/v1/screens/${on}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ [what]: name || true }),
    }).catch(() => null);
    const said = answer ? await answer.json() : {};
    const line = button.closest("section").querySelector(".answer");
    line.textContent = answer && answer.ok ? "" : `${say().refused}: ${said.error || say().lost}`;
    look();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#remote [data-order]");
    if (button) order(button);
  });
  setInterval(look, EVERY);
  new MutationObserver((_, observer) => {
    if (!page()) return;
    observer.disconnect();
    look();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
