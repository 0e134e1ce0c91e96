"use strict";
/* A visitor's phone (dashboards/tour_visit.py): goes where the guide goes, or says where he is while one looks around.
   The page is whole as it comes from the server; this keeps it so. Lost, it says since when and tries for ever; what it
   missed comes with the first message. */
(() => {
  const SILENCE = 6000; // ms without a word; the server speaks every 2 s
  const FIRST_PAUSE = 1000;
  const LONGEST_PAUSE = 8000;
  const LONG = 16; // signs of a number that is more of a sentence (layouts/tour/phone.py)

  const { kind, code } = document.body.dataset;
  const main = document.querySelector("main[data-say]");
  const say = main ? JSON.parse(main.dataset.say) : {};
  const room = (window.liveroom = window.liveroom || {});
  const find = (selector) => document.querySelector(selector);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* ---- following ---- */
  let phone = document.body.dataset.phone ? JSON.parse(document.body.dataset.phone) : null;
  let socket = null;
  let number = null;
  let heardAt = performance.now();
  let heardTime = Date.now();
  let offset = 0;
  let pause = FIRST_PAUSE;
  let timer = null;
  let storeUp = true;
  let over = false;
  const pull = Number(document.body.dataset.pull || 0); // as it was when this page was opened

  const now = () => Date.now() + offset;

  function connect() {
    clearTimeout(timer);
    const query = new URLSearchParams({ tour: code, lang: document.documentElement.lang });
    const opened = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live?${query}`);
    socket = opened;
    opened.onopen = () => opened.send(JSON.stringify({ looking: kind === "aside" }));
    opened.onmessage = (event) => hear(JSON.parse(event.data));
    opened.onclose = (event) => {
      if (opened !== socket || over) return;
      number = null;
      if (event.code === 4404) return ended(); // the tour ended while we were away
      timer = setTimeout(connect, pause * (0.6 + Math.random() * 0.8)); // a hundred phones come back, not all at once
      pause = Math.min(pause * 1.7, LONGEST_PAUSE);
    };
  }

  function hear(message) {
    heardAt = performance.now();
    heardTime = Date.now();
    offset = message.at - Date.now();
    pause = FIRST_PAUSE;
    storeUp = message.store;
    if (message.t === "all") number = message.n;
    else if (number === null) return;
    else if (message.n !== number + (message.t === "set" ? 1 : 0)) {
      number = null;
      socket.send('{"want":"all"}');
      return;
    } else number = message.n;
    if (message.phone) follow(message.phone, message.t === "all");
    for (const [name, fact] of Object.entries(message.facts || {})) write(name, fact);
    mark();
    count();
  }

  function follow(told, whole) {
    if (told.ended) return ended(told);
    const before = phone;
    phone = told;
    if (told.pull > pull && kind === "aside") {
      location.replace(`/t/${code}?lang=${document.documentElement.lang}`);
      return;
    }
    if (kind === "aside") {
      find(".back .where").textContent = fill(say.back_at, { n: told.step + 1, title: told.title });
      return;
    }
    const moved = !before || before.step !== told.step;
    if (moved || whole) {
      const card = find(".card.step");
      if (card.innerHTML !== told.html) card.innerHTML = told.html;
      document.title = `${told.title} · Live Room`;
    }
    progress();
    word(told.paused ? say.paused : "");
    room.vote.show(told.poll);
    if (moved) scrollTo(0, 0);
    if (before && told.pull > before.pull && navigator.vibrate) navigator.vibrate(200);
  }

  function ended(told) {
    over = true;
    const card = find(".card.step");
    if (kind === "aside" || !card || !told) {
      location.replace(`/t/${code}?lang=${document.documentElement.lang}`);
      return;
    }
    phone = told;
    card.innerHTML = told.html;
    for (const gone of [".progress", ".dock", ".card.poll", ".lost", ".word"]) find(gone).hidden = true;
    document.body.dataset.link = "up";
    document.body.dataset.over = "";
    socket.close();
  }

  function word(text) {
    const holder = find(".word");
    holder.hidden = !text;
    if (holder.textContent !== text) holder.textContent = text;
  }

  function progress() {
    const ticks = find(".ticks");
    while (ticks.childElementCount > phone.of) ticks.lastElementChild.remove();
    while (ticks.childElementCount < phone.of) ticks.append(document.createElement("li"));
    [...ticks.children].forEach((tick, i) => (tick.className = i === phone.step ? "now" : i < phone.step ? "past" : ""));
    find(".progress>span").textContent = fill(say.n_of, { n: phone.step + 1, of: phone.of });
    find(".progress").hidden = false;
  }

  function write(name, fact) {
    const holder = find(`[data-fact="${CSS.escape(name)}"]`);
    if (!holder) return;
    holder.toggleAttribute("data-stale", fact.stale);
    holder.toggleAttribute("data-long", fact.text.length > LONG);
    holder.querySelector("b").textContent = fact.text;
    holder.querySelector(".ago").dataset.since = fact.since || "";
  }

  function count() {
    if (!room.ages.words()) return;
    for (const slot of document.querySelectorAll(".ago[data-since]")) {
      const at = Date.parse(slot.dataset.since);
      const text = Number.isNaN(at) ? "–" : room.ages.fill("live", { age: room.ages.duration((now() - at) / 1000) });
      if (slot.textContent !== text) slot.textContent = text;
    }
  }

  /* ---- the link ---- */
  function mark() {
    if (over) return;
    const down = performance.now() - heardAt > SILENCE || !storeUp;
    const body = document.body;
    if (!down && body.dataset.link === "down" && kind === "step") room.vote.resend();
    if ((body.dataset.link === "down") === down) return;
    body.dataset.link = down ? "down" : "up";
    find(".lost").hidden = !down;
    if (down && room.ages.words()) {
      const { hm, ss } = room.ages.clock(heardTime + offset);
      find(".lost .since").textContent = fill(say.no_link, { time: hm + ss });
    }
    const retry = find(".retry");
    if (retry) {
      retry.hidden = !down;
      find(".look").hidden = down;
    }
  }

  if (!code) return;
  if (location.search.includes("k=")) history.replaceState(null, "", `/t/${code}?lang=${document.documentElement.lang}`);
  const retry = find(".retry");
  if (retry) retry.onclick = () => {
    pause = FIRST_PAUSE;
    socket.onclose = null;
    socket.close();
    connect();
  };
  addEventListener("online", () => document.body.dataset.link === "down" && retry && retry.click());
  if (kind === "step") {
    word(phone.paused ? say.paused : "");
    room.vote.show(phone.poll);
    room.vote.resend();
  }
  count();
  setInterval(mark, 250);
  setInterval(count, 1000);
  connect();
})();
