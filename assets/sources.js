"use strict";
/* /sources: has a source asked at once, pauses it with a reason, lets it go on; says what came of it. /owners: prints. */
(() => {
  const HOURS = [1, 4, 24, 72, 168, 720]; // of a pause
  const body = document.body;
  if (!body) return;
  const list = () => document.getElementById("sources");
  const say = () => JSON.parse(list().dataset.say);
  const fill = (key, values) => say()[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function element(tag, given = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  }

  let quiet = 0;
  function told(text) {
    const line = document.querySelector(".said");
    line.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => (line.textContent = ""), 8000);
  }

  /* Ask for something; the sentence of a refusal is thrown. */
  async function order(name, what, asked) {
    const answer = await fetch(`/api/v1/sources/${name}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(8000),
    }).catch(() => null);
    if (!answer) throw new Error(say().said_no_link);
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 429) throw new Error(fill("said_wait", { name, n: said.wait }));
    if (said.code === "personal") throw new Error(say().said_personal);
    if (!answer.ok) throw new Error(fill("said_refused", { error: said.error || answer.status }));
    window.liveroom.card.ask();
    setTimeout(window.liveroom.card.ask, 1500); // by then it has been asked
  }

  async function act(button) {
    const { act: what, on: name } = button.dataset;
    if (what === "pause") return open(name, button);
    button.setAttribute("aria-busy", "true");
    try {
      await order(name, what, {});
      told(fill(what === "try" ? "said_asked" : "said_resumed", { name }));
    } catch (error) {
      told(error.message);
    }
    button.removeAttribute("aria-busy");
    return null;
  }

  function field(key, input, hint) {
    input.id = `pause-${key}`;
    const head = [element("b", {}, say()[`pause_${key}`]), hint ? element("span", {}, hint) : ""];
    return element("label", { for: input.id }, ...head, input);
  }

  function durations() {
    const select = element("select", { name: "for" });
    for (const hours of HOURS) {
      const text = hours < 72 ? fill("pause_hours", { n: hours }) : fill("pause_days", { n: hours / 24 });
      select.append(element("option", { value: hours * 60 }, text));
    }
    select.append(element("option", { value: "" }, say().pause_open));
    return select;
  }

  function open(name, from) {
    const words = say();
    const reason = element("input", { name: "reason", required: "", maxlength: 80, autocomplete: "off" });
    const by = element("input", { name: "by", required: "", maxlength: 40, autocomplete: "off" });
    const length = durations();
    const wrong = element("p", { class: "wrong", role: "alert" });
    const cancel = element("button", { type: "button" }, words.cancel);
    const form = element(
      "form",
      { method: "dialog" },
      element("h2", { id: "pause-title" }, fill("pause_title", { name })),
      element("p", {}, words.pause_what),
      field("reason", reason, words.pause_reason_hint),
      field("by", by, words.pause_by_hint),
      field("for", length),
      wrong,
      element("div", { class: "acts" }, element("button", { type: "submit", class: "main" }, words.pause), cancel),
    );
    const dialog = element("dialog", { class: "pause", "aria-labelledby": "pause-title" }, form);
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (from.isConnected) from.focus();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await order(name, "pause", { reason: reason.value, by: by.value, minutes: Number(length.value) || null });
        dialog.close();
        told(fill("said_paused", { name }));
      } catch (error) {
        wrong.textContent = error.message;
      }
    });
    body.append(dialog);
    dialog.showModal();
    reason.focus();
    return null;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) act(button);
    if (event.target.closest("#print")) window.print();
  });
})();
