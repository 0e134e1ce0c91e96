"use strict";
/* /replay: asks once a second what was recorded and what plays, draws the day on a line, and passes on what a person
   asks for. Orders name the screen and the moment, so that repeating one after a lost connection does no harm. */
(() => {
  const EVERY = 1000;
  const BEFORE_ALARM = 120000; // ms that are shown before an alarm begins
  const AFTER_ALARM = 300000; // and of a drill after it has ended
  const LONGEST_DRILL = 3600000;
  const desk = document.getElementById("replay");
  if (!desk) return;

  const room = window.liveroom;
  const say = JSON.parse(desk.dataset.say);
  const find = (selector) => document.querySelector(selector);
  const fill = (key, values) => say[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const chosen = (name) => find(`[data-choice=${name}]`).value;
  const slider = find(".slider");

  let board = null; // as last heard
  let drawn = ""; // of which recording the line was drawn
  let held = 0; // until when (ms) a hand is on the slider
  let speed = 1;

  function element(tag, text, given = {}) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    return made;
  }

  const clock = (at) => Object.values(room.ages.clock(at)).join("");
  const short = (at) => room.ages.clock(at).hm;
  const now = () => Date.parse(board.at);
  const recorded = () => board.screens[chosen("of")];
  const playing = () => board.screens[chosen("on")].playing;

  function span() {
    const { stretches } = recorded();
    return stretches.length ? [Date.parse(stretches[0].start), now()] : [now() - 86400000, now()];
  }

  /* The line: what is recorded, the alarms, and hours that fit. Drawn anew only when something of it is another. */
  function line() {
    const [first, last] = span();
    const found = recorded();
    const text = JSON.stringify([chosen("of"), found.stretches.length, found.alarms, Math.round(last / 30000)]);
    if (text === drawn) return;
    drawn = text;
    const place = (at) => `${((Math.max(first, at) - first) / (last - first || 1)) * 100}%`;
    const parts = found.stretches.map(({ start, end }) => {
      const part = element("i");
      const [from, to] = [Date.parse(start), Date.parse(end)];
      part.style.left = place(from);
      part.style.width = `${((to - from) / (last - first || 1)) * 100}%`;
      return part;
    });
    find(".stretches").replaceChildren(...parts);
    find(".marks").replaceChildren(
      ...found.alarms.filter(({ at }) => Date.parse(at) >= first).map((alarm) => {
        const at = Date.parse(alarm.at);
        const mark = element("button", "", { type: "button", title: `${say[`tile_${alarm.tile}`]} · ${clock(at)}` });
        mark.setAttribute("aria-label", mark.title);
        mark.style.left = place(at);
        mark.addEventListener("click", () => jump(at));
        return mark;
      }),
    );
    const hour = 3600000;
    const step = [1 / 12, 1 / 4, 1, 3].map((hours) => hours * hour).find((size) => (last - first) / size <= 12) || 3 * hour;
    const ticks = [];
    for (let at = Math.ceil(first / step) * step; at < last; at += step) {
      const tick = element("span", short(at));
      tick.style.left = place(at);
      ticks.push(tick);
    }
    find(".hours").replaceChildren(...ticks);
    slider.min = String(Math.floor(first / 1000));
    slider.max = String(Math.floor(last / 1000));
    alarms(found);
  }

  function alarms(found) {
    const rows = [...found.alarms].reverse().map((alarm) => {
      const at = Date.parse(alarm.at);
      const until = alarm.until ? Date.parse(alarm.until) : null;
      const row = element("tr");
      const name = element("td");
      name.append(element("i", "", { class: "i i-alarm", "aria-hidden": "true" }), ` ${say[`tile_${alarm.tile}`]}`);
      const lasted = until ? fill("replay_lasted", { time: room.ages.duration((until - at) / 1000) }) : say.replay_lasts;
      const play = element("button", say.replay_this, { type: "button" });
      play.addEventListener("click", () => jump(at));
      const drill = element("button", say.replay_drill, { type: "button" });
      drill.addEventListener("click", () => practise(at, until));
      const acts = element("td", undefined, { class: "acts" });
      acts.append(play, drill);
      row.append(element("td", clock(at), { class: "at" }), name, element("td", lasted, { class: "lasted" }), acts);
      return row;
    });
    const none = found.stretches.length ? say.replay_no_alarms : say.replay_nothing;
    const empty = element("tr");
    empty.append(element("td", none));
    find(".alarms tbody").replaceChildren(...(rows.length ? rows : [empty]));
    find(".kept").textContent = fill("replay_kept", { n: found.megabytes });
  }

  /* The drills that are written, drawn once. */
  function scripts() {
    const list = find(".scripts");
    if (list.childElementCount) return;
    const language = document.documentElement.lang;
    const made = Object.entries(board.drills).map(([drill, { name, minutes }]) => {
      const line = element("li");
      const begin = element("button", say.replay_begin, { type: "button" });
      begin.addEventListener("click", () => order({ screen: chosen("on"), drill }));
      line.append(element("b", fill("replay_script", { name: name[language] || Object.values(name)[0], n: minutes })), begin);
      return line;
    });
    list.replaceChildren(...(made.length ? made : [element("li", say.replay_no_scripts)]));
  }

  function plays() {
    const lines = Object.entries(board.screens).filter(([, found]) => found.playing).map(([screen, { playing: one }]) => {
      const line = element("li", undefined, { "data-kind": one.kind });
      const pace = one.speed ? fill("replay_times", { n: Math.round(one.speed * 10) / 10 }) : say.replay_paused;
      const values = { screen, kind: say[one.kind], of: one.script || one.of, at: clock(Date.parse(one.at)), speed: pace, since: clock(Date.parse(one.since)) };
      const end = element("button", say.replay_stop, { type: "button" });
      end.addEventListener("click", () => order({ screen, stop: true }));
      line.append(element("b", fill("replay_plays", values)), end);
      return line;
    });
    find(".plays").replaceChildren(...(lines.length ? lines : [element("li", say.replay_none, { class: "none" })]));
  }

  function show() {
    line();
    plays();
    scripts();
    const one = playing();
    if (Date.now() > held) slider.value = String(Math.floor((one ? Date.parse(one.at) : Number(slider.dataset.at) || now()) / 1000));
    moment();
    const paused = Boolean(one) && one.speed === 0;
    find("[data-act=pause]").setAttribute("aria-pressed", String(paused));
    find("[data-act=pause]").disabled = !one || Boolean(one.script); // a written drill goes at its own pace
    find("[data-act=stop]").disabled = !one;
    for (const button of desk.querySelectorAll("[data-speed]")) {
      const mine = Number(button.dataset.speed);
      button.setAttribute("aria-pressed", String(one && one.speed ? one.speed === mine : speed === mine));
    }
  }

  function moment() {
    const at = Number(slider.value) * 1000;
    find(".moment .at").textContent = clock(at);
    find(".moment .date").textContent = room.ages.date(at);
  }

  async function look() {
    const answer = await fetch("/api/v1/replays", { cache: "no-store" }).catch(() => null);
    const there = Boolean(answer && answer.ok);
    document.body.dataset.link = there ? "up" : "down";
    find(".lost").textContent = there ? "" : say.replay_lost;
    if (!there) return;
    board = await answer.json();
    find("header .clock b").textContent = clock(now());
    show();
  }

  async function order(asked) {
    const answer = await fetch("/api/v1/replays", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    }).catch(() => null);
    const said = answer ? await answer.json() : {};
    find(".answer").textContent = answer && answer.ok ? "" : `${say.replay_refused}: ${said.error || say.replay_lost}`;
    held = 0;
    await look();
  }

  const iso = (at) => new Date(at).toISOString();
  const target = () => ({ screen: chosen("on"), of: chosen("of"), kind: chosen("kind"), speed });

  function jump(at) {
    slider.dataset.at = String(at - BEFORE_ALARM);
    return order({ ...target(), at: iso(at - BEFORE_ALARM) });
  }

  function practise(at, until) {
    const end = Math.min((until || at) + AFTER_ALARM, at + LONGEST_DRILL, now());
    return order({ ...target(), kind: "drill", at: iso(at - BEFORE_ALARM), until: iso(end) });
  }

  function next(way) {
    const at = Number(slider.value) * 1000 + BEFORE_ALARM;
    const times = recorded().alarms.map((alarm) => Date.parse(alarm.at)).sort((a, b) => a - b);
    const found = way > 0 ? times.find((time) => time > at + 1000) : times.reverse().find((time) => time < at - 5000);
    if (found) jump(found);
  }

  const acts = {
    play: () => order({ ...target(), at: iso(Number(slider.value) * 1000) }),
    pause: () => order({ screen: chosen("on"), speed: playing().speed ? 0 : speed }),
    before: () => next(-1),
    after: () => next(1),
    today: () => order({ screen: chosen("on"), of: chosen("of"), today: true }),
    stop: () => order({ screen: chosen("on"), stop: true }),
  };

  desk.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act],[data-speed]");
    if (!button || !board) return;
    if (button.dataset.act) acts[button.dataset.act]();
    else {
      speed = Number(button.dataset.speed);
      if (playing() && !playing().script) order({ screen: chosen("on"), speed });
      else show();
    }
  });
  slider.addEventListener("input", () => {
    held = Date.now() + 4000;
    slider.dataset.at = String(Number(slider.value) * 1000);
    moment();
  });
  slider.addEventListener("change", () => {
    if (playing() && !playing().script) order({ ...target(), kind: playing().kind, at: iso(Number(slider.value) * 1000), speed: playing().speed > 60 ? 60 : playing().speed });
  });
  for (const select of desk.querySelectorAll("select")) {
    select.addEventListener("change", () => {
      if (!board) return;
      if (select.dataset.choice === "on") {
        find("[data-choice=of]").value = select.value;
        drawn = "";
      }
      show();
    });
  }
  setInterval(look, EVERY);
  look();
})();
