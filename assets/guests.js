"use strict";
/* On the page /screens: "visitors in the room", for one screen or for all. While it holds, these screens show what
   visitors may see (dashboards/tour_guide.py). */
(() => {
  const EVERY = 2000;
  const page = () => document.getElementById("remote");
  const buttons = () => [...document.querySelectorAll("#remote [data-guests]")];

  function fill({ screens }) {
    const single = buttons().filter((button) => button.dataset.guests);
    for (const button of buttons()) {
      const mine = button.dataset.guests ? [button] : single;
      button.setAttribute("aria-pressed", String(mine.every((one) => one.dataset.guests in screens)));
    }
  }

  async function look() {
    if (!page()) return;
    const answer = await fetch("/api/v1/guests", { cache: "no-store" }).catch(() => null);
    if (answer && answer.ok) fill(await answer.json());
  }

  async function turn(button) {
    const answer = await fetch("/api/v1/guests", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ screen: button.dataset.guests || null, on: button.getAttribute("aria-pressed") !== "true" }),
    }).catch(() => null);
    if (answer && answer.ok) fill(await answer.json());
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#remote [data-guests]");
    if (button) turn(button);
  });
  new MutationObserver((_, observer) => {
    if (!page()) return;
    observer.disconnect();
    look();
    setInterval(look, EVERY);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
