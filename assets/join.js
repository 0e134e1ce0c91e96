"use strict";
/* Typing a tour's code (layouts/tour/visit.py): four boxes, and how many digits are missing. */
(() => {
  const find = (selector) => document.querySelector(selector);
  const say = JSON.parse(find("main[data-say]").dataset.say);
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
    button.textContent = left ? say.missing_digits.replace("{n}", left) : say.join_now;
    button.classList.toggle("ready", !left);
  }
  for (const event of ["input", "focus", "blur"]) typed.addEventListener(event, draw);
  draw();
})();
