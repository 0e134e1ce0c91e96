"use strict";
/* The link to the server: one socket, kept for ever. It hands every change to tile.js, in order, and says on the body
   whether anybody still speaks to us. It never blanks the page: what was shown last stays, with its age counting on. */
(() => {
  const SILENCE = 4500; // ms without a word before the link counts as down; the server speaks every 2 s
  const FIRST_PAUSE = 1000;
  const LONGEST_PAUSE = 10000;
  const RELOAD_GAP = 60000;
  const REPORT = 5000;
  const LONGEST_DAY = 20 * 3600000; // a page older than this is loaded anew in a quiet hour of the night
  const QUIET_HOUR = "03";

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
  let asked = null; // the last fresh page somebody asked for, as the server numbers them
  let fresh = false; // whether it is still to be loaded
  const early = new Map(); // changes for tiles that Dash has not drawn yet

  room.offset = 0; // server time minus ours, ms
  room.real = () => Date.now() + room.offset;
  room.now = () => (room.replay && room.replay.now()) || room.real(); // a wall that replays counts by the time of then

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
    room.offset = (message.replay ? message.replay.now : message.at) - Date.now();
    if (room.replay) room.replay.hear(message.replay || null); // its script may still be on its way
    storeUp = message.store && (!message.replay || message.replay.store);
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
    if ("show" in message) obey(message.show || {});
    if ("notice" in message) say(message.notice);
    if ("tour" in message) room.touring.show(message);
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

  /* What a person asked of this screen. */
  function obey(order) {
    room.boards.obey(order);
    const before = asked;
    asked = order.reload || 0;
    fresh = fresh || (before !== null && before !== asked);
  }

  let notice = null; // a sentence about the room itself
  function say(text) {
    notice = text;
    for (const holder of document.querySelectorAll(".notice")) {
      holder.textContent = text || "";
      holder.hidden = !text;
    }
  }

  new MutationObserver(() => {
    if (early.size === 0) return;
    if (document.querySelector(".notice")) say(notice);
    for (const [name, change] of early) {
      if (!document.getElementById(name)) continue;
      early.delete(name);
      room.tile.apply(name, change);
    }
    room.boards.tick(room.now());
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* Load the page anew, once the server answers, never twice a minute, and without a blank frame. */
  async function reload() {
    const last = Number(sessionStorage.getItem("reloaded") || 0);
    if (Date.now() - last < RELOAD_GAP) return;
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok) return;
    sessionStorage.setItem("reloaded", String(Date.now()));
    room.snapshot.keep();
    location.reload();
  }

  /* Another build speaks to us, somebody asked, or the page is a day old and it is the quiet hour. */
  function adopt() {
    const quiet = performance.now() > LONGEST_DAY && room.ages.words() && room.ages.clock(room.real()).hm.startsWith(QUIET_HOUR);
    const another = build !== null && build !== document.body.dataset.build;
    if ((another || fresh || quiet) && document.body.dataset.link === "up") reload();
  }

  function report() {
    if (socket && socket.readyState === WebSocket.OPEN && number !== null) socket.send(JSON.stringify({ beat: room.report.beat() }));
  }

  /* Down: nobody spoke for too long, or the server itself has lost its store. */
  function mark() {
    const silent = performance.now() - heardAt > SILENCE;
    const down = silent || !storeUp;
    const body = document.body;
    if (!body || (body.dataset.link === "down") === down) return;
    body.dataset.link = down ? "down" : "up";
    body.dataset.linkSince = down ? String(silent ? heardTime + room.offset : room.now()) : "";
    body.dataset.linkReason = down ? (silent ? "server" : "store") : "";
    if (room.tile) room.tile.tick(room.now());
  }

  setInterval(mark, 250);
  setInterval(() => {
    room.boards.tick(room.now());
    room.tile.tick(room.now());
    adopt();
  }, 1000);
  setInterval(report, REPORT);
  // not before every script is there: the first message may come while the page still loads the others
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", connect);
  else connect();
})();
