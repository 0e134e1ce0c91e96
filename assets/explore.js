"use strict";
/* A page about the past: one open list of a filter at a time, the address to copy, and closing by Escape. What a page
   shows follows from its address alone, so there is nothing else to keep. */
(() => {
  const page = document.querySelector(".explore");
  if (!page) return;
  const lists = () => [...page.querySelectorAll("details.f[open]")];

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

  const copy = page.querySelector(".copy");
  if (copy) {
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        copy.textContent = copy.dataset.done;
      } catch {
        getSelection().selectAllChildren(page.querySelector(".address-of code"));
      }
    });
  }

  const filters = page.querySelector("details.filters");
  if (filters && matchMedia("(max-width: 700px)").matches) filters.open = false;
  if (location.hash === "#report") {
    const report = document.getElementById("report");
    if (report) report.focus();
  }
})();
