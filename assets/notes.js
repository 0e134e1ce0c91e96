"use strict";
/* Notes on cards: leaves one, removes one, and has the page show it. One list is open at a time. */
(() => {
  const page = document.querySelector(".explore");
  if (!page) return;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = () => JSON.parse(page.querySelector("form.leave").dataset.say);

  /* Ask for something; the sentence of a refusal is thrown. */
  async function send(address, asked) {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(8000),
    }).catch(() => null);
    if (!answer) throw new Error(say().note_no_link);
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 429) throw new Error(fill(say().note_wait, { n: said.wait }));
    if (!answer.ok) throw new Error(fill(say().note_failed, { error: said.error || answer.status }));
  }

  async function sent(form) {
    const at = form.closest(".notes-of").dataset.page;
    const by = form.elements.by.value;
    if (form.classList.contains("forget")) {
      const { note } = form.closest("[data-note]").dataset;
      return send(`/api/v1/notes/${encodeURIComponent(note)}/remove`, { page: at, by });
    }
    const { card, query } = form.dataset;
    return send("/api/v1/notes", { page: at, card, query, text: form.elements.text.value, by });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form.leave,form.forget");
    if (!form) return;
    event.preventDefault();
    const wrong = form.querySelector(".wrong");
    const button = form.querySelector("button");
    wrong.textContent = "";
    button.disabled = true; // twice pressed is left once
    try {
      await sent(form);
      form.reset();
      await window.liveroom.card.ask();
    } catch (error) {
      wrong.textContent = error.message;
    }
    button.disabled = false;
  });

  const lists = () => [...page.querySelectorAll("details.notes-of[open]")];
  document.addEventListener("click", (event) => {
    for (const list of lists()) if (!list.contains(event.target)) list.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const list of lists()) {
      list.open = false;
      list.querySelector("summary").focus();
    }
  });
})();
