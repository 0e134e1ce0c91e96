"use strict";
/* A page whose time is ours. Date, performance.now and the timers are replaced before anything else is loaded, and the
   socket by one that plays recorded messages, so that days go by in minutes. Until `soak.run` time follows the real. */
(() => {
  const real = { Date, now: performance.now.bind(performance), setTimeout: window.setTimeout.bind(window) };
  const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g;
  const TASK = 40; // ms of real time without letting the browser lay out, paint and collect
  const began = real.Date.now() - real.now();
  let now = real.now(); // ms since the page began
  let following = true;
  let socket = null;

  const played = { messages: 0, heard: 0, sent: 0 }; // the last two in bytes
  const timers = new Map(); // id -> { at, every, run }
  let lastTimer = 0;

  function timer(run, wait, every) {
    lastTimer += 1;
    timers.set(lastTimer, { at: now + Math.max(1, Number(wait) || 0), every, run });
    return lastTimer;
  }

  window.setTimeout = (run, wait, ...given) => timer(() => run(...given), wait, null);
  window.setInterval = (run, wait, ...given) => timer(() => run(...given), wait, Math.max(1, Number(wait) || 0));
  window.clearTimeout = window.clearInterval = (id) => timers.delete(id);
  performance.now = () => now;
  window.Date = class extends real.Date {
    constructor(...given) {
      if (given.length) super(...given);
      else super(began + now);
    }
    static now() {
      return Math.floor(began + now);
    }
  };

  /* Let time go on to a moment, every timer at its own. */
  function until(end) {
    for (;;) {
      let due = null;
      let id = null;
      for (const [one, other] of timers) if (other.at <= end && (!due || other.at < due.at)) [id, due] = [one, other];
      if (!due) break;
      now = Math.max(now, due.at);
      if (due.every === null) timers.delete(id);
      else due.at += due.every;
      due.run();
    }
    now = end;
  }

  (function follow() {
    if (!following) return;
    until(real.now());
    real.setTimeout(follow, 10);
  })();

  window.WebSocket = class extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    constructor() {
      super();
      socket = this;
    }
    send(text) {
      played.sent += text.length + 8;
    }
    close() {}
  };

  /* The nightly fresh page is held back: what is measured is one page that lives on. */
  const fetched = window.fetch.bind(window);
  window.fetch = (what, ...given) => (what === location.href ? Promise.reject(new Error("held back")) : fetched(what, ...given));

  let number = 0;

  /* A recorded message as it would come now: its number follows the last one's, its times are moved. */
  function hear({ text, at, size }) {
    const moved = began + now - at;
    const fresh = text.replace(ISO, (iso) => new real.Date(real.Date.parse(iso) + moved).toISOString());
    const message = JSON.parse(fresh);
    number += message.t === "set" ? 1 : 0;
    const data = JSON.stringify({ ...message, n: number, at: Math.floor(began + now) });
    played.messages += 1;
    played.heard += size;
    socket.onmessage({ data });
  }

  /* The picture, then the recording over and over; `offset` of each message is ms since its recording began. */
  function play(picture, tape, length) {
    hear(picture);
    let start = now;
    let next = 0;
    const step = () => {
      hear(tape[next]);
      next += 1;
      if (next === tape.length) [next, start] = [0, start + length];
      timer(step, start + tape[next].offset - now, null);
    };
    timer(step, tape[0].offset, null);
  }

  async function run(milliseconds) {
    following = false;
    const end = now + milliseconds;
    while (now < end) {
      const stop = real.now() + TASK;
      while (now < end && real.now() < stop) until(Math.min(end, now + 1000));
      await new Promise((go) => real.setTimeout(go, 0));
    }
    return { ...played };
  }

  window.soak = { play, run };
})();
