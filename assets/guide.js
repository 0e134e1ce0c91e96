"use strict";
/* The guide's remote (layouts/tour/guide.py): leads the tour whose code is in its address. It asks once a
   second how the tour stands. An order that could not be sent waits and is sent again; it names its target, so that
   doing it twice does no harm. */
(() => {
  const ASK = 1000;
  const SILENCE = 3500;
  const HEADERS = { "Content-Type": "application/json" };

  const room = (window.liveroom = window.liveroom || {});
  const { code } = document.body.dataset;
  const find = (selector) => document.querySelector(selector);
  const said = find("[data-say]");
  if (!said) return;
  const say = JSON.parse(said.dataset.say);
  const fill = (key, values = {}) => say[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const language = document.documentElement.lang;

  function element(name, classes, ...inside) {
    const made = document.createElement(name);
    made.className = classes;
    made.append(...inside);
    return made;
  }

  function put(selector, text) {
    const holder = find(selector);
    if (holder.textContent !== text) holder.textContent = text;
  }

  function refused(why) {
    const holder = find(".refused");
    holder.hidden = !why;
    holder.textContent = why ? fill("guide_refused", { why }) : "";
  }

  let state = null;
  let stateAt = 0; // when it came, as this clock counts
  let heardAt = performance.now();
  let heardTime = Date.now();
  let offset = 0; // server time minus ours, ms
  let asking = false;
  const waiting = []; // orders that have not been answered

  const address = () => `/api/v1/tours/${code}?lang=${language}`;
  const target = () => waiting.reduce((step, order) => (order.do === "go" ? order.step : step), state.step);

  function order(what) {
    if (what.do === "go") for (let i = waiting.length - 1; i >= 0; i -= 1) if (waiting[i].do === "go") waiting.splice(i, 1);
    waiting.push(what);
    refused("");
    draw();
    work();
  }

  function take(told) {
    state = told;
    stateAt = performance.now();
    heardAt = stateAt;
    heardTime = Date.now();
    offset = Date.parse(told.at) - heardTime;
  }

  async function ask(body) {
    const asked = body ? { method: "POST", headers: HEADERS, body: JSON.stringify(body) } : { cache: "no-store" };
    const abort = AbortSignal.timeout ? { signal: AbortSignal.timeout(4000) } : {};
    const answer = await fetch(address(), { ...asked, ...abort }).catch(() => null);
    if (!answer || answer.status === 503) return null;
    const told = await answer.json().catch(() => null);
    return told && { status: answer.status, told };
  }

  /* One question at a time: the orders that wait, in their order, else how the tour stands. */
  async function work() {
    if (asking) return;
    asking = true;
    try {
      for (;;) {
        const first = waiting[0];
        const answer = await ask(first);
        if (!answer) return;
        if (first) waiting.splice(waiting.indexOf(first), waiting.includes(first) ? 1 : 0);
        if (answer.status === 404 || answer.told.ended) return over();
        if (answer.status < 300) take(answer.told);
        else refused(say[`guide_refused_${answer.told.code}`] || answer.told.error);
        draw();
        if (!waiting.length) return;
      }
    } finally {
      asking = false;
    }
  }

  function over() {
    clearInterval(timer);
    const lead = element("p", "lead", say.guide_ended_text);
    const link = element("a", "go", say.guide_new);
    link.href = `/tour?lang=${language}`;
    const main = element("main", "", element("h1", "", say.guide_ended), lead, element("p", "", link));
    for (const old of document.querySelectorAll("body>:not(header)")) old.remove();
    document.querySelectorAll(".people,.show-code").forEach((old) => old.remove());
    document.body.append(main);
    state = null;
  }

  const clock = (iso) => room.ages.clock(Date.parse(iso)).hm;
  const dot = () => (language === "id" ? "." : ":");
  function lasted(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    return `${Math.floor(whole / 60)}${dot()}${String(whole % 60).padStart(2, "0")}`;
  }

  function draw() {
    if (!state) return;
    const sent = state.step === target();
    put(".joined", String(state.joined));
    ticks();
    put(".progress .n", fill("tour_n_of", { n: state.step + 1, of: state.of }));
    alarm();
    const poll = state.poll && (state.poll.state !== "closed" || state.poll.votes > 0) ? state.poll : null;
    const kind = poll && (poll.right === null ? say.tour_poll : say.tour_quiz);
    put(".now .k", poll ? kind : fill("tour_step", { n: state.step + 1, of: state.of }));
    put(".now .on", poll ? fill(`guide_poll_${poll.state}`) : state.handed ? say.guide_lent : say.guide_on_wall);
    put(".now h1", poll ? poll.question : state.title);
    notes(poll ? [] : state.notes);
    result(poll);
    orders(poll);
    later();
    const previous = find(".previous");
    previous.disabled = target() === 0;
    find(".pause span").textContent = state.paused ? say.guide_resume : say.guide_pause;
    find(".pause .i").className = `i i-${state.paused ? "resume" : "paused"}`;
    document.body.toggleAttribute("data-paused", state.paused);
    const next = target() + 1;
    const last = next >= state.of;
    put(".next b", last ? say.guide_end : say.guide_next);
    put(".next .to", last ? say.guide_last : `${next + 1} · ${title(next)}`);
    find(".next").classList.toggle("sending", !sent);
    put(".qr .address", state.address.replace(/^https?:\/\//, ""));
    put(".qr .until", `${fill("guide_qr_until", { time: clock(state.ends) })} ${fill("guide_connected", { n: state.joined })}`);
    put(".hide-code", fill("guide_qr_back", { n: state.step + 1 }));
    time();
    link();
  }

  const titles = new Map();
  function title(step) {
    titles.set(state.step, state.title);
    for (const one of state.later) titles.set(one.n - 1, one.title);
    return titles.get(step) || "";
  }

  function ticks() {
    const holder = find(".progress .ticks");
    while (holder.childElementCount > state.of) holder.lastElementChild.remove();
    while (holder.childElementCount < state.of) holder.append(document.createElement("li"));
    [...holder.children].forEach((tick, i) => (tick.className = i === state.step ? "now" : i < state.step ? "past" : ""));
  }

  function alarm() {
    const holder = find(".alarm");
    holder.hidden = !state.alarm && !state.handed;
    holder.toggleAttribute("data-handed", state.handed);
    put(".alarm .what", state.handed ? say.guide_handed : fill("guide_alarm", { what: state.alarm || "" }));
    put(".alarm .may", state.handed ? say.guide_handed_text : say.guide_alarm_text);
    put(".alarm .hand", state.handed ? say.guide_take_back : say.guide_hand_over);
  }

  function notes(lines) {
    const holder = find(".notes");
    if (holder.dataset.drawn === JSON.stringify(lines)) return;
    holder.dataset.drawn = JSON.stringify(lines);
    holder.replaceChildren(...lines.map((line) => element("li", "", line)));
  }

  function result(poll) {
    const holder = find(".result");
    holder.hidden = !poll;
    const text = JSON.stringify([poll, state.joined]);
    if (!poll || holder.dataset.drawn === text) return;
    holder.dataset.drawn = text;
    const rows = poll.options.map((option, i) => {
      const share = poll.votes ? `${Math.round((100 * option.count) / poll.votes)}%` : "–";
      const name = element("span", "", option.text, ...(i === poll.right ? [element("small", "", element("i", "i i-c-done"), say.tour_right)] : []));
      const bar = element("i", "bar");
      bar.style.setProperty("--part", poll.votes ? option.count / poll.votes : 0);
      return element("li", i === poll.right ? "right" : "", name, element("em", "", element("b", "", String(option.count)), ` (${share})`), bar);
    });
    const answered = element("p", "answered", fill("guide_answered", { n: poll.votes, of: Math.max(state.joined, poll.votes) }));
    holder.replaceChildren(answered, element("ol", "", ...rows));
  }

  function orders(poll) {
    const looking = state.looking ? fill("guide_looking", { n: state.looking }) : say.guide_nobody_looking;
    const list = [];
    if (poll && poll.state === "open") {
      list.push(["close_poll", say.guide_close_poll, ""], ["show_poll", say.guide_show_poll, say.guide_unseen]);
    } else if (poll && poll.state === "closed") {
      list.push(["open_poll", say.guide_reopen, ""], ["show_poll", say.guide_show_poll, say.guide_unseen]);
    } else {
      list.push(["pull", say.guide_pull, looking]);
      if (poll) list.push(["open_poll", say.guide_reopen, ""]);
      else if (state.poll) list.push(["open_poll", say.guide_open_poll, state.poll.question]);
    }
    const holder = find(".orders");
    const text = JSON.stringify(list);
    if (holder.dataset.drawn === text) return;
    holder.dataset.drawn = text;
    holder.replaceChildren(
      ...list.map(([what, head, below]) => {
        const button = element("button", "", element("b", "", head), ...(below ? [element("span", "", below)] : []));
        button.type = "button";
        button.dataset.do = what;
        button.onclick = () => order({ do: what });
        return button;
      }),
    );
  }

  function later() {
    const holder = find(".later");
    const text = JSON.stringify(state.later);
    if (holder.dataset.drawn === text) return;
    holder.dataset.drawn = text;
    const minutes = (one) => room.ages.duration(one.minutes * 60);
    holder.replaceChildren(
      ...state.later.map((one) => {
        const button = element("button", "", element("span", "n", String(one.n)), element("span", "", one.title), element("span", "m", minutes(one)));
        button.type = "button";
        button.onclick = () => order({ do: "go", step: one.n - 1 });
        return element("li", "", button);
      }),
    );
  }

  function time() {
    if (!state || !room.ages.words()) return;
    const spent = state.spent + (state.paused ? 0 : (performance.now() - stateAt) / 1000);
    put(".time .spent", lasted(spent));
    const gone = (Date.now() + offset - Date.parse(state.began)) / 1000;
    const tour = fill("guide_tour_time", { spent: lasted(gone), planned: lasted(state.whole) });
    const over = spent > state.planned ? ` · ${fill("guide_over_time", { time: lasted(spent - state.planned) })}` : "";
    put(".time .planned", `${fill("guide_spent", { planned: lasted(state.planned) })}${over} · ${tour}`);
    find(".bar-of i").style.setProperty("--part", Math.min(1, spent / state.planned).toFixed(3));
    find(".time").toggleAttribute("data-over", spent > state.planned);
  }

  function link() {
    const down = performance.now() - heardAt > SILENCE;
    document.body.dataset.link = down ? "down" : "up";
    find(".lost").hidden = !down;
    if (down && room.ages.words()) {
      const { hm, ss } = room.ages.clock(heardTime);
      put(".lost .since", fill("tour_no_link", { time: hm + ss }));
    }
  }

  function showCode(on) {
    find(".remote").hidden = on;
    find(".nav").hidden = on;
    find(".qr").hidden = !on;
    find(".back-of").hidden = !on;
    scrollTo(0, 0);
  }

  function sure(on) {
    find(".sure").hidden = !on;
    find("button.end").hidden = on;
    if (on) find(".sure").scrollIntoView({ block: "center" });
    if (on) find(".yes").focus({ preventScroll: true });
  }

  let timer = null;
  find(".next").onclick = () => state && (target() + 1 >= state.of ? sure(true) : order({ do: "go", step: target() + 1 }));
  find(".previous").onclick = () => state && target() > 0 && order({ do: "go", step: target() - 1 });
  find(".pause").onclick = () => state && order({ do: state.paused ? "resume" : "pause" });
  find(".hand").onclick = () => state && order({ do: state.handed ? "take_back" : "hand_over" });
  find("button.end").onclick = () => sure(true);
  find(".no").onclick = () => sure(false);
  find(".yes").onclick = () => order({ do: "end" });
  find(".show-code").onclick = () => showCode(find(".qr").hidden);
  find(".hide-code").onclick = () => showCode(false);
  timer = setInterval(work, ASK);
  setInterval(() => {
    if (!state) return;
    time();
    link();
  }, 250);
  work();
})();
