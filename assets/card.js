"use strict";
/* A card keeps itself fresh: the page is asked for again every 5 s (a page whose numbers cost more says how often, and
   is asked only whether the link is there meanwhile) and what differs is written in place. Ages are counted
   here once a second, by the wall's own rule (ages.js). Two unanswered questions: the link is down, and said to be. */
(() => {
  const PAUSE = 5000;
  const PATIENCE = 4000;
  const body = document.body;
  if (!body || !body.classList.contains("card-page")) return;

  const room = window.liveroom;
  const whole = Math.max(1, Math.round((Number(body.dataset.pause) || PAUSE) / PAUSE)); // of so many questions, one asks for the page
  let turn = 0;
  let heard = Date.now();
  let unanswered = 0;
  let offset = 0; // server time minus ours, ms

  const sync = () => {
    offset = Number(document.querySelector("main").dataset.at) - Date.now();
  };
  const now = () => Date.now() + offset;

  function put(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  function count() {
    const down = body.dataset.link === "down" ? heard + offset : null;
    for (const line of document.querySelectorAll("[data-state]")) {
      const state = JSON.parse(line.dataset.state);
      const fresh = room.ages.freshness(state, now());
      line.dataset.freshness = fresh;
      const holder = line.closest("[data-tile]");
      if (holder) holder.dataset.freshness = fresh;
      put(line.querySelector(".age"), room.ages.label(state, fresh, now(), down));
    }
    for (const age of document.querySelectorAll("[data-since]")) {
      put(age, room.ages.fill("live", { age: room.ages.duration((now() - Date.parse(age.dataset.since)) / 1000) }));
    }
    for (const age of document.querySelectorAll("[data-age]")) {
      put(age, room.ages.duration((now() - Date.parse(age.dataset.age)) / 1000));
    }
    const clock = document.querySelector(".clock b");
    if (clock) put(clock, Object.values(room.ages.clock(now())).join(""));
    if (down === null) return;
    const { hm, ss } = room.ages.clock(down);
    put(document.querySelector(".cut .since"), room.ages.fill("no_link_since", { time: hm + ss }));
  }

  /* Rows that have a name keep their element wherever they go, so that what has the focus stays what it was. */
  function arrange(mine, other) {
    const held = new Map([...mine.children].map((row) => [row.dataset.key, row]));
    const focused = document.activeElement;
    const at = mine.contains(focused) ? focused.closest("[data-key]") : null;
    const rows = [...other.children].map((row) => held.get(row.dataset.key) || document.importNode(row, true));
    rows.forEach((row, i) => {
      if (mine.children[i] !== row) mine.insertBefore(row, mine.children[i] || null);
      become(row, other.children[i]);
    });
    while (mine.children.length > rows.length) mine.lastElementChild.remove();
    if (!at || focused === document.activeElement) return;
    const now = focused.isConnected ? focused : mine.querySelector(`[data-key="${CSS.escape(at.dataset.key)}"] button`);
    if (now) now.focus();
  }

  /* What somebody opened stays open, and what a script drew itself (data-own) stays its own. */
  function attributes(mine, other) {
    const kept = (name) => name === "data-own" || (name === "open" && mine.nodeName === "DETAILS");
    for (const { name } of [...mine.attributes]) if (!other.hasAttribute(name) && !kept(name)) mine.removeAttribute(name);
    for (const { name, value } of other.attributes) {
      if (!kept(name) && mine.getAttribute(name) !== value) mine.setAttribute(name, value);
    }
    return null;
  }

  /* Make one node like another; where they differ in shape the other takes its place. */
  function become(mine, other) {
    if (mine.dataset && "keyed" in mine.dataset && "keyed" in (other.dataset || {})) return arrange(mine, other);
    if (mine.dataset && "own" in mine.dataset && mine.nodeName === other.nodeName) return attributes(mine, other);
    if (mine.nodeName !== other.nodeName || mine.childNodes.length !== other.childNodes.length) {
      return mine.replaceWith(document.importNode(other, true));
    }
    if (mine.nodeType === Node.TEXT_NODE) {
      if (mine.data !== other.data) mine.data = other.data;
      return null;
    }
    attributes(mine, other);
    [...mine.childNodes].forEach((child, i) => become(child, other.childNodes[i]));
    return null;
  }

  /* Whether the server is there, and still the same. */
  async function knock() {
    const answer = await fetch("/version", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(answer.status);
    if ((await answer.json()).build !== body.dataset.build) location.reload();
  }

  async function ask(page = true) {
    try {
      if (page) await again();
      else await knock();
      unanswered = 0;
      heard = Date.now();
      body.dataset.link = "up";
    } catch {
      unanswered += 1;
      if (unanswered > 1) body.dataset.link = "down";
    }
    count();
  }

  async function again() {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.body.dataset.build !== body.dataset.build) return location.reload();
    // what is counted here is filled in before the two are compared: nothing flickers
    const shown = new Map([...document.querySelectorAll("main .age,main .ago")].map((age, i) => [i, age.textContent]));
    page.querySelectorAll("main .age,main .ago").forEach((age, i) => (age.textContent = shown.get(i) ?? ""));
    become(document.querySelector("main"), page.querySelector("main"));
    sync();
    return null;
  }

  async function keep() {
    turn += 1;
    if (!document.hidden) await ask(turn % whole === 0);
    setTimeout(keep, PAUSE);
  }

  room.card = { ask };
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  sync();
  count();
  setInterval(count, 1000);
  setTimeout(keep, PAUSE);
})();
