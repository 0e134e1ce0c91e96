"use strict";
/* A long download: the server is asked to make it, then once a second how far it is, and the file is fetched when it is
   ready. Leaving the page gives it up; the server notices by itself. */
(() => {
  const SECOND = 1000;
  const LOST = 30; // so many questions without an answer: it is lost
  const section = document.getElementById("exporting");
  if (!section) return;
  const [bar, said, cancel, again, file] = ["bar", "said", "cancel", "again", "file"].map((name) => document.getElementById(`export-${name}`));
  const language = document.documentElement.lang;
  const number = (value) => new Intl.NumberFormat(language).format(value);
  let job = null;
  let timer = 0;
  let unanswered = 0;

  const post = (address) => fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });

  function say(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  function over(state, error) {
    job = null;
    clearTimeout(timer);
    const focused = document.activeElement === cancel;
    said.setAttribute("aria-live", "polite");
    cancel.hidden = true;
    again.hidden = state === "ready";
    say([section.dataset[state], error].filter(Boolean).join(" "));
    if (focused) (state === "ready" ? file : again).focus();
  }

  function show(told) {
    bar.max = Math.max(1, told.total);
    bar.value = told.done;
    const percent = told.total ? Math.min(100, Math.floor((100 * told.done) / told.total)) : 100;
    const counted = section.dataset.of.replace("{done}", number(told.done)).replace("{total}", number(told.total)).replace("{percent}", percent);
    bar.setAttribute("aria-valuetext", counted);
    if (told.state === "ready") {
      file.href = `/export/jobs/${told.job}/file`;
      file.hidden = false;
      over("ready");
      location.assign(file.href);
    } else if (told.state === "failed" || told.state === "gone") over(told.state, told.error);
    else {
      say(told.state === "waiting" ? section.dataset.waiting : counted);
      timer = setTimeout(ask, SECOND);
    }
  }

  async function ask() {
    if (!job) return;
    try {
      const answer = await fetch(`/export/jobs/${job}`, { cache: "no-store" });
      if (answer.status === 404) return over("failed");
      unanswered = 0;
      if (job) show(await answer.json());
    } catch {
      unanswered += 1;
      if (unanswered > LOST) return over("failed");
      timer = setTimeout(ask, SECOND);
    }
    return null;
  }

  async function begin() {
    cancel.hidden = false;
    again.hidden = file.hidden = true;
    unanswered = 0;
    said.setAttribute("aria-live", "off"); // what changes every second is for the bar to tell
    say(section.dataset.waiting);
    try {
      const answer = await post(location.href);
      const told = await answer.json();
      if (!answer.ok) return over("failed", told.error);
      job = told.job;
      show(told);
    } catch {
      over("failed");
    }
    return null;
  }

  cancel.addEventListener("click", async () => {
    const mine = job;
    over("gone");
    if (mine) await post(`/export/jobs/${mine}/cancel`).catch(() => null);
  });
  again.addEventListener("click", begin);
  addEventListener("pagehide", () => {
    if (job) fetch(`/export/jobs/${job}/cancel`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}", keepalive: true });
  });
  begin();
})();
