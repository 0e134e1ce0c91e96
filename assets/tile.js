"use strict";
/* Writes what a tile shows, and counts what it is worth. `apply` takes a change as the hub sends it; `tick` runs once a
   second. A tile's numbers change at most every 2 s; its freshness and level at once. Nothing here draws a tile: the
   nodes that Dash made are written in place. */
(() => {
  const PAUSE = 2010; // ms between two visible changes of one tile: 2 s, and what a timer may be early
  const STATE = ["freshness", "level", "as_of", "late_after", "stale_after", "failed_after", "failing_since", "reason", "demo"];

  const room = (window.liveroom = window.liveroom || {});
  const tiles = new Map(); // name -> what we know and what still waits

  function tileOf(name) {
    if (!tiles.has(name)) tiles.set(name, { state: null, shown: {}, waiting: null, last: -Infinity, timer: null });
    return tiles.get(name);
  }

  function apply(name, change) {
    const tile = tileOf(name);
    const given = change.state || change;
    if (STATE.some((key) => key in given)) {
      tile.state = { ...tile.state, ...Object.fromEntries(STATE.filter((key) => key in given).map((key) => [key, given[key]])) };
    }
    tile.waiting = merged(tile.waiting || {}, change.props || {});
    const element = document.getElementById(name);
    if (!element) return;
    start(element);
    frame(element, tile, room.now ? room.now() : Date.now());
    if (tile.timer !== null) return;
    const wait = tile.last + PAUSE - performance.now();
    if (wait <= 0) flush(name, tile);
    else tile.timer = setTimeout(() => flush(name, tile), wait);
  }

  function merged(before, props) {
    const after = { ...before };
    for (const [slot, value] of Object.entries(props)) {
      const change = typeof value === "string" ? { text: value } : value;
      after[slot] = { ...after[slot], ...change };
    }
    return after;
  }

  function flush(name, tile) {
    tile.timer = null;
    if (!tile.waiting || !document.getElementById(name)) return;
    const changes = tile.waiting;
    tile.waiting = null;
    let visible = false;
    let named = false; // a text that has to fit its place has changed: only then is the layout asked
    for (const [slot, change] of Object.entries(changes)) {
      tile.shown[slot] = { ...tile.shown[slot], ...change };
      if (!write(name, slot, change)) continue;
      visible = true;
      named = named || document.getElementById(`${name}-${slot}`).closest(".snug,.fit,.incident,.m") !== null;
    }
    if (visible) tile.last = performance.now();
    const element = document.getElementById(name);
    if (count(element, room.now ? room.now() : Date.now()) || named) fitSoon(element);
  }

  function write(name, slot, change) {
    const element = document.getElementById(`${name}-${slot}`);
    if (!element) return false;
    let visible = false;
    for (const [key, value] of Object.entries(change)) visible = put(element, key, value) || visible;
    return visible;
  }

  /* One key of one slot; true when something on screen differs. */
  function put(element, key, value) {
    if (key === "text") {
      if (element.textContent === value) return false;
      element.textContent = value;
      return true;
    }
    if (["spark", "cells", "fills", "marks"].includes(key)) {
      if (element.drawn === value) return false;
      element.drawn = value;
      room.drawings[key](element, value || "");
      return true;
    }
    if (key.startsWith("--")) {
      if (element.style.getPropertyValue(key) === (value || "")) return false;
      if (value === null) element.style.removeProperty(key);
      else element.style.setProperty(key, value);
      return true;
    }
    if (element.getAttribute(key) === value) return false;
    if (value === null) element.removeAttribute(key);
    else element.setAttribute(key, value);
    return true;
  }

  /* Freshness, level and age of one tile. */
  function frame(element, tile, now) {
    const down = document.body.dataset.link === "down";
    const since = down ? Number(document.body.dataset.linkSince) || now : null;
    const { state } = tile;
    const fresh = state ? room.ages.freshness(state, now) : "never";
    if (state) {
      attribute(element, "data-loading", null);
      attribute(element, "data-freshness", fresh);
      attribute(element, "data-counted", fresh === state.freshness ? null : "");
      attribute(element, "data-level", doubtful(fresh) && state.level === "normal" ? "unknown" : state.level);
      attribute(element, "data-as-of", state.as_of || "");
      attribute(element, "data-demo", state.demo ? "" : null);
    }
    if (!room.ages.words()) return;
    const age = element.querySelector(":scope>header .age");
    if (age) put(age, "text", room.ages.label(state, fresh, now, since));
    const note = element.querySelector(":scope>footer>.reason");
    if (note) {
      put(note, "text", room.ages.note(state, now, since));
      put(note, "title", (state && state.reason) || null);
    }
  }

  const doubtful = (fresh) => fresh === "stale" || fresh === "failed" || fresh === "never";

  function attribute(element, key, value) {
    if (element.getAttribute(key) === value) return;
    if (value === null) element.removeAttribute(key);
    else element.setAttribute(key, value);
  }

  /* Ages inside a tile: how long, and which part of the limit. True when names may no longer fit. */
  function count(element, now) {
    if (!room.ages.words()) return false;
    let changed = false;
    for (const slot of element.querySelectorAll("[data-since]")) {
      const seconds = (now - Date.parse(slot.dataset.since)) / 1000;
      if (slot.dataset.limit) {
        put(slot, "--part", Math.min(1, Math.max(0, seconds / Number(slot.dataset.limit))).toFixed(3));
      } else {
        changed = (put(slot, "text", room.ages.duration(seconds)) && slot.closest(".fit") !== null) || changed;
      }
    }
    return changed;
  }

  /* Everything is written before anything is measured: once a frame, just before it is painted. */
  const unfitted = new Set();
  function fitSoon(element) {
    if (unfitted.size === 0) {
      requestAnimationFrame(() => {
        const elements = [...unfitted];
        unfitted.clear();
        elements.forEach(fitAll);
      });
    }
    unfitted.add(element);
  }

  function fitAll(element) {
    for (const line of element.querySelectorAll(".snug")) room.drawings.snug(line);
    for (const holder of element.querySelectorAll(".fit:not([hidden])")) room.drawings.fit(holder);
    for (const svg of element.querySelectorAll(".m>svg")) room.drawings.leaders(svg);
  }

  function tick(now) {
    const ready = room.ages.words();
    if (!ready) return;
    for (const element of document.querySelectorAll("[data-tile]")) {
      const tile = tileOf(element.dataset.tile);
      start(element);
      if (tile.waiting && tile.timer === null) apply(element.dataset.tile, {});
      frame(element, tile, now);
      if (count(element, now)) fitSoon(element);
    }
    clock(now);
  }

  function clock(now) {
    const { hm, ss } = room.ages.clock(now);
    for (const holder of document.querySelectorAll(".clock")) {
      put(holder.querySelector(".hm"), "text", hm);
      put(holder.querySelector(".ss"), "text", ss);
      put(holder.querySelector(".d"), "text", room.ages.date(now));
    }
    if (document.body.dataset.link !== "down") return;
    const since = room.ages.clock(Number(document.body.dataset.linkSince) || now);
    for (const holder of document.querySelectorAll(".no-link-since")) {
      put(holder, "text", room.ages.fill("no_link_since", { time: since.hm + since.ss }));
    }
  }

  /* A tile that has just been drawn: fetch its picture, then show in it what is known. */
  function start(element) {
    if (element.started) return;
    element.started = true;
    for (const holder of element.querySelectorAll("[data-src]")) {
      room.drawings.picture(holder, () => {
        const name = element.dataset.tile;
        for (const [slot, change] of Object.entries(tileOf(name).shown)) write(name, slot, change);
        fitAll(element);
      });
    }
  }

  /* What is off has no size, so its names are fitted when it is shown. */
  const refit = () => document.querySelectorAll("[data-tile]:not([data-off])").forEach(fitAll);

  window.addEventListener("resize", refit);
  document.fonts.ready.then(refit);
  room.tile = { apply, tick, refit };
})();
