"use strict";
/* A tour's poll on a visitor's phone: options until it is closed, its result once the guide shows it. A vote is sent until
   it is accepted. */
(() => {
  const AGAIN = 3000; // ms until a vote that was not accepted is sent again

  const { code } = document.body.dataset;
  const say = JSON.parse(document.querySelector("main[data-say]").dataset.say);
  const room = (window.liveroom = window.liveroom || {});
  const find = (selector) => document.querySelector(selector);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  let asked = null; // the poll of the present step
  let sending = null;

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

  const key = (step) => `vote ${code} ${step}`;
  const chosen = (step) => JSON.parse(sessionStorage.getItem(key(step)) || "null"); // {option, sent}

  /* What the guide asks now, beside what this phone has answered. */
  function show(told) {
    asked = told;
    const holder = find(".card.poll");
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
    if (fresh && told.state !== "closed") scrollTo(0, 0);
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
    show(asked);
    send(step);
  }

  /* Until it is accepted or nobody asks any more; of two choices only the last is sent. */
  async function send(step) {
    clearTimeout(sending);
    const mine = chosen(step);
    if (!mine || mine.sent || !asked || asked.step !== step || asked.state !== "open") return;
    const body = JSON.stringify({ step, option: mine.option, voter: voter() });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`/t/${code}/vote`, { method: "POST", headers, body }).catch(() => null);
    const still = chosen(step);
    if (!still || still.option !== mine.option || still.sent) return;
    const sent = Boolean(answer && answer.ok);
    sessionStorage.setItem(key(step), JSON.stringify({ option: mine.option, sent, failed: !sent }));
    show(asked);
    if (!sent) sending = setTimeout(() => send(step), AGAIN);
  }

  /* Send again what was not accepted while the link was down. */
  const resend = () => asked && send(asked.step);

  room.vote = { show, resend };
})();
