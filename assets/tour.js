"use strict";
/* A visitor's phone (dashboards/tour_visit.py): goes where the guide goes, or says where he is while one looks around.
   The page is whole as it comes from the server; this keeps it so. Lost, it says since when and tries for ever; what it
   missed comes with the first message. */
(() => {
  const SILENCE = 6000; // ms without a word; the server speaks every 2 s
  const FIRST_PAUSE = 1000;
  const LONGEST_PAUSE = 8000;
  const AGAIN = 3000; // ms until a vote that was not accepted is sent again

  const { kind, code } = document.body.dataset;
  const main = document.querySelector("main[data-say]");
  const say = main ? JSON.parse(main.dataset.say) : {};
  const room = (window.liveroom = window.liveroom || {});
  const find = (selector) => document.querySelector(selector);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* A number of this visit, for the votes; it is gone when the page is closed. */
  function voter() {
    let id = sessionStorage.getItem("voter");
    if (!/^[0-9a-f]{16}$/.test(id || "")) {
      id = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      sessionStorage.setItem("voter", id);
    }
    return id;
  }

  function element(name, classes, ...inside) {
    const made = document.createElement(name);
    made.className = classes;
    made.append(...inside);
    return made;
  }

  /* ---- typing the code: four boxes, and how many digits are missing ---- */
  function joining() {
    const typed = find("#code");
    const button = find("button.join");
    const boxes = [...document.querySelectorAll(".code>i")];
    find(".code").classList.add("boxed");
    function draw() {
      typed.value = typed.value.replace(/\D/g, "").slice(0, boxes.length);
      const left = boxes.length - typed.value.length;
      boxes.forEach((box, i) => {
        box.textContent = typed.value[i] || "";
        box.classList.toggle("here", i === Math.min(typed.value.length, boxes.length - 1) && document.activeElement === typed);
      });
      button.textContent = left ? fill(say.missing_digits, { n: left }) : say.join_now;
      button.classList.toggle("ready", !left);
    }
    for (const event of ["input", "focus", "blur"]) typed.addEventListener(event, draw);
    draw();
  }

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
    poll();
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

  /* ---- the poll ---- */
  const key = (step) => `vote ${code} ${step}`;
  const chosen = (step) => JSON.parse(sessionStorage.getItem(key(step)) || "null"); // {option, sent}
  let sending = null;

  function poll() {
    const holder = find(".card.poll");
    const told = phone.poll;
    const mine = told && chosen(told.step);
    holder.hidden = !told || (told.state === "closed" && !mine);
    if (holder.hidden) return;
    const text = JSON.stringify([told, mine]);
    if (holder.dataset.drawn === text) return;
    const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.option : null;
    const fresh = !holder.dataset.drawn || JSON.parse(holder.dataset.drawn)[0].state !== told.state;
    holder.dataset.drawn = text;
    const head = element("p", "kind", told.state === "open" ? `${say.poll} · ${say.choose}` : say.poll);
    holder.replaceChildren(head, element("h2", "", told.question), ...(told.state === "shown" ? result(told, mine) : choices(told, mine)));
    if (focused !== null) holder.querySelector(`[data-option="${focused}"]`)?.focus();
    if (fresh && told.state !== "closed") holder.scrollIntoView({ block: "start" });
  }

  function choices(told, mine) {
    const open = told.state === "open";
    const options = told.options.map((option, i) => {
      const on = mine !== null && mine.option === i;
      const button = element("button", `option${on ? " on" : ""}`, element("i", "c"), element("span", "", option));
      button.type = "button";
      button.dataset.option = i;
      button.disabled = !open;
      button.setAttribute("role", "radio");
      button.setAttribute("aria-checked", String(on));
      button.onclick = () => choose(told.step, i);
      return button;
    });
    const group = element("div", "options", ...options);
    group.setAttribute("role", "radiogroup");
    const told_ = element("p", "told");
    told_.setAttribute("role", "status");
    if (!open) told_.append(element("b", "", say.closed));
    else if (mine && mine.sent) told_.append(element("b", "", say.sent), ` ${say.sent_text}`);
    else if (mine && mine.failed) told_.append(element("b", "", say.not_sent));
    else if (mine) told_.append(say.sending);
    return [group, told_];
  }

  function result(told, mine) {
    const all = told.counts.reduce((sum, one) => sum + one, 0);
    const most = Math.max(1, ...told.counts);
    const rows = told.options.map((option, i) => {
      const share = all ? `${Math.round((100 * told.counts[i]) / all)}%` : "–";
      const row = element("li", i === told.right ? "right" : "", element("span", "", option), element("em", "", element("b", "", String(told.counts[i])), ` ${share}`));
      const bar = element("i", "bar");
      bar.style.setProperty("--part", told.counts[i] / most);
      row.append(bar);
      const marks = [i === told.right ? say.right : "", mine && mine.option === i ? say.yours : ""].filter(Boolean);
      if (marks.length) row.append(element("small", "", ...(i === told.right ? [element("i", "i i-c-done")] : []), marks.join(" · ")));
      return row;
    });
    return [element("ol", "result", ...rows), element("p", "told", fill(say.result, { n: all }))];
  }

  function choose(step, option) {
    sessionStorage.setItem(key(step), JSON.stringify({ option, sent: false }));
    poll();
    send(step);
  }

  /* Until it is accepted or nobody asks any more; of two choices only the last is sent. */
  async function send(step) {
    clearTimeout(sending);
    const mine = chosen(step);
    if (!mine || mine.sent || !phone.poll || phone.poll.step !== step || phone.poll.state !== "open") return;
    const body = JSON.stringify({ step, option: mine.option, voter: voter() });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`/t/${code}/vote`, { method: "POST", headers, body }).catch(() => null);
    const still = chosen(step);
    if (!still || still.option !== mine.option || still.sent) return;
    const sent = Boolean(answer && answer.ok);
    sessionStorage.setItem(key(step), JSON.stringify({ option: mine.option, sent, failed: !sent }));
    poll();
    if (!sent) sending = setTimeout(() => send(step), AGAIN);
  }

  /* ---- the link ---- */
  function mark() {
    if (over) return;
    const down = performance.now() - heardAt > SILENCE || !storeUp;
    const body = document.body;
    if (!down && body.dataset.link === "down" && phone.poll) send(phone.poll.step);
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

  if (kind === "join") joining();
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
    poll();
    word(phone.paused ? say.paused : "");
    if (phone.poll) send(phone.poll.step);
  }
  count();
  setInterval(mark, 250);
  setInterval(count, 1000);
  connect();
})();
