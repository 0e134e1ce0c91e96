"use strict";
/* Ages in words, counted here from the source's own time, so that they go on while nobody speaks to us.
   The words come from the page: the JSON of the nearest data-words (layouts/words.py). */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  const ORDER = ["live", "late", "stale", "failed", "never"];
  let read = null; // the words as last read, and from which text

  function words() {
    const holder = document.querySelector("[data-words]");
    const text = holder ? holder.dataset.words : null;
    if (text && (!read || read.text !== text)) read = { text, words: JSON.parse(text), formats: new Map() };
    return read ? read.words : null;
  }

  function fill(key, values) {
    const found = words();
    return found ? found[key].replace(/\{(\w+)\}/g, (_, name) => values[name]) : "";
  }

  /* 34 dtk, 6 mnt, 19 jam, 5 hr 02 jam: no finer than can matter. */
  function duration(seconds) {
    const { seconds: s, minutes: m, hours: h, days: d } = words();
    const two = (number) => String(number).padStart(2, "0");
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return `${whole} ${s}`;
    if (whole < 3600) return `${Math.floor(whole / 60)} ${m}`;
    if (whole < 86400) return `${Math.floor(whole / 3600)} ${h}`;
    return `${Math.floor(whole / 86400)} ${d} ${two(Math.floor(whole / 3600) % 24)} ${h}`;
  }

  function format(name, options) {
    const { language, timezone } = words(); // Indonesian knows the names of Indonesia's time zones: WIB, WITA, WIT
    if (!read.formats.has(name)) {
      read.formats.set(name, new Intl.DateTimeFormat(name === "zone" || language === "id" ? "id" : "en-GB", { timeZone: timezone, ...options }));
    }
    return read.formats.get(name);
  }

  const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

  /* A moment (ms) as { hm: "14.07", ss: ".26" } in the city's own time zone. */
  function clock(at) {
    const parts = Object.fromEntries(format("clock", CLOCK).formatToParts(at).map((part) => [part.type, part.value]));
    const dot = words().language === "id" ? "." : ":";
    return { hm: `${parts.hour}${dot}${parts.minute}`, ss: `${dot}${parts.second}` };
  }

  function date(at) {
    const day = format("date", { weekday: "long", day: "numeric", month: "short", year: "numeric" }).format(at);
    const zone = format("zone", { hour: "2-digit", timeZoneName: "short" }).formatToParts(at);
    return `${day} · ${zone.find((part) => part.type === "timeZoneName").value}`;
  }

  /* "13.49", with its day when that is not today. */
  function time(at, now) {
    const day = format("day", { day: "numeric", month: "short" });
    const { hm } = clock(at);
    return day.format(at) === day.format(now) ? hm : `${day.format(at)} ${hm}`;
  }

  /* The server's rule (layouts/state.py), counted on. Never better than what the server said last. */
  function freshness(state, now) {
    if (!state.as_of) return "never";
    const age = (now - Date.parse(state.as_of)) / 1000;
    let counted = "live";
    if (age > state.late_after) counted = "late";
    if (age > state.stale_after) counted = "stale";
    if (state.failed_after !== null && state.failed_after !== undefined && age > state.failed_after) counted = "failed";
    return ORDER[Math.max(ORDER.indexOf(counted), ORDER.indexOf(state.freshness || "live"))];
  }

  const age = (state, now) => duration((now - Date.parse(state.as_of)) / 1000);

  /* What stands at the right of a tile's heading. */
  function label(state, fresh, now, downSince) {
    if (downSince !== null) {
      const { hm, ss } = clock(downSince);
      return fill("link_down", { time: hm + ss });
    }
    if (!state) return words().loading;
    if (fresh === "failed") {
      return state.failing_since ? fill("failed", { time: time(Date.parse(state.failing_since), now) }) : words().failed_now;
    }
    return fresh === "never" ? words().never : fill(fresh, { age: age(state, now) });
  }

  /* What stands in the footer when something is wrong: the reason, or without a link the age, which counts on. */
  function note(state, now, downSince) {
    if (downSince === null) return (state && state.reason) || "";
    return state && state.as_of ? fill("live", { age: age(state, now) }) : "";
  }

  room.ages = { words, fill, duration, clock, date, time, freshness, label, note };
})();
