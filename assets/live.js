"use strict";
/* The link to the server: one socket, kept for ever. It hands every change to tile.js, in order, and says on the body
   whether anybody still speaks to us. It never blanks the page: what was shown last stays, with its age counting on. */
(() => {
  const SILENCE = 4500; // ms without a word before the link counts as down; the server speaks every 2 s
  const FIRST_PAUSE = 1000;
  const LONGEST_PAUSE = 10000;
  const RELOAD_GAP = 60000;

  const room = (window.liveroom = window.liveroom || {});
  const screen = (location.pathname.match(/^\/wall\/([^/]+)$/) || [])[1] || "";
  if (!screen) return;

  let socket = null;
  let number = null; // of the last message; null until a complete picture has come
  let heardAt = performance.now();
  let heardTime = Date.now();
  let storeUp = true;
  let build = null; // of the program that speaks to us
  let pause = FIRST_PAUSE;
  const early = new Map(); // changes for tiles that Dash has not drawn yet

  room.offset = 0; // server time minus ours, ms
  room.now = () => Date.now() + room.offset;

  function address() {
    const asked = new URLSearchParams(location.search);
    const query = new URLSearchParams({ screen, pace: "wall" });
    if (asked.get("lang")) query.set("lang", asked.get("lang"));
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live?${query}`;
  }

  function connect() {
    socket = new WebSocket(address());
    socket.onmessage = (event) => hear(JSON.parse(event.data));
    socket.onclose = () => {
      number = null;
      setTimeout(connect, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 1.7, LONGEST_PAUSE);
    };
  }

  function hear(message) {
    heardAt = performance.now();
    heardTime = Date.now();
    pause = FIRST_PAUSE;
    room.offset = message.at - Date.now();
    storeUp = message.store;
    if (message.t === "all") {
      number = message.n;
      build = message.build;
    } else if (number === null) {
      return; // the complete picture is still on its way
    } else if (message.n !== number + (message.t === "set" ? 1 : 0)) {
      number = null;
      socket.send('{"want":"all"}');
      return;
    } else {
      number = message.n;
    }
    for (const [name, change] of Object.entries(message.tiles || {})) show(name, change);
    mark();
  }

  function show(name, change) {
    if (document.getElementById(name)) {
      room.tile.apply(name, change);
    } else {
      const before = early.get(name);
      early.set(name, before ? { ...change, props: { ...before.props, ...change.props } } : change);
    }
  }

  new MutationObserver(() => {
    for (const [name, change] of early) {
      if (!document.getElementById(name)) continue;
      early.delete(name);
      room.tile.apply(name, change);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* Another build speaks to us: load its page, once the server answers, and never twice a minute. */
  async function adopt() {
    if (build === null || build === document.body.dataset.build) return;
    const last = Number(sessionStorage.getItem("reloaded") || 0);
    if (Date.now() - last < RELOAD_GAP) return;
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return;
    sessionStorage.setItem("reloaded", String(Date.now()));
    location.reload();
  }

  /* Down: nobody spoke for too long, or the server itself has lost its store. */
  function mark() {
    const silent = performance.now() - heardAt > SILENCE;
    const down = silent || !storeUp;
    const body = document.body;
    if (!body || (body.dataset.link === "down") === down) return;
    body.dataset.link = down ? "down" : "up";
    body.dataset.linkSince = down ? String(heardTime + room.offset) : "";
    body.dataset.linkReason = down ? (silent ? "server" : "store") : "";
    if (room.tile) room.tile.tick(room.now());
  }

  setInterval(mark, 250);
  setInterval(() => {
    if (room.tile) room.tile.tick(room.now());
    adopt();
  }, 1000);
  connect();
})();
