"use strict";
/* What this screen says of itself every five seconds, so that /screens can tell a dead one from a quiet one. */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  let painted = performance.now();

  function identity() {
    let id = sessionStorage.getItem("screen");
    if (!/^[0-9a-f]{16}$/.test(id || "")) {
      id = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      sessionStorage.setItem("screen", id);
    }
    return id;
  }

  function beat() {
    const seconds = (ms) => Math.round(ms / 100) / 10;
    return {
      id: identity(),
      build: document.body.dataset.build,
      board: room.boards.current(),
      up: seconds(performance.now()),
      painted: seconds(performance.now() - painted),
      heap: performance.memory ? performance.memory.usedJSHeapSize : null,
      skew: Math.round(-room.offset),
      replay: room.replay.kind(),
      width: Math.round(innerWidth * devicePixelRatio),
      height: Math.round(innerHeight * devicePixelRatio),
    };
  }

  /* A frame is asked for every second: one that never comes is a screen that shows an old picture. */
  setInterval(() => requestAnimationFrame(() => (painted = performance.now())), 1000);
  room.report = { beat };
})();
