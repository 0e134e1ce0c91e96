"use strict";
/* Starting a tour (layouts/tour/guide.py): which story, on which screens, in which language. */
(() => {
  const form = document.querySelector("form.starting");
  if (!form) return;
  const say = JSON.parse(document.querySelector("[data-say]").dataset.say);
  const HEADERS = { "Content-Type": "application/json" };

  function refused(why) {
    const holder = document.querySelector(".refused");
    holder.hidden = false;
    holder.textContent = say.guide_refused.replace("{why}", why);
  }

  const button = form.querySelector("button.go");
  function draw() {
    const chosen = form.querySelector("[name=script]:checked").value;
    for (const lacks of form.querySelectorAll("[data-lacks]")) lacks.hidden = lacks.dataset.lacks !== chosen;
    const some = form.querySelector("[name=screen]:checked") !== null;
    button.disabled = !some;
    button.textContent = some ? say.guide_start : say.guide_start_none;
  }
  form.addEventListener("change", draw);
  addEventListener("pageshow", draw);
  draw();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const body = JSON.stringify({ script: given.get("script"), screens: given.getAll("screen"), language: given.get("language") });
    button.disabled = true;
    const answer = await fetch("/api/v1/tours", { method: "POST", headers: HEADERS, body }).catch(() => null);
    button.disabled = false;
    if (!answer) return refused(say.guide_no_answer);
    const told = await answer.json();
    if (!answer.ok) return refused(say[`guide_refused_${told.code}`] || told.error);
    location.assign(`/tour?code=${told.code}&lang=${told.language}`);
  };
})();
