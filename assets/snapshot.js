"use strict";
/* A new page without a blank frame. Before a reload the wall as it stands is kept; the new page shows that picture from
   its first paint on, and takes it away when its own tiles are complete. Loaded first of all, before anything is drawn. */
(() => {
  const KEY = "picture";
  const OLDEST = 30000; // ms
  const LONGEST = 15000;
  const room = (window.liveroom = window.liveroom || {});

  /* Keep what is on the screen, without the names by which it would be written to. */
  function keep() {
    const main = document.querySelector("main.wall");
    if (!main) return;
    const copy = main.cloneNode(true);
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of ["data-tile", "data-words", "data-plan", "data-src"]) element.removeAttribute(name);
      if (element.id) element.setAttribute("data-was", element.id);
      element.removeAttribute("id");
    }
    const body = { link: document.body.dataset.link, html: copy.outerHTML };
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), path: location.pathname, ...body }));
    } catch {
      sessionStorage.removeItem(KEY); // too large to keep: the page is blank for a moment
    }
  }

  function kept() {
    const text = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    if (!text) return null;
    const found = JSON.parse(text);
    return found.path === location.pathname && Date.now() - found.at < OLDEST ? found : null;
  }

  const picture = kept();
  if (picture) {
    const holder = document.createElement("div");
    holder.className = "picture";
    holder.setAttribute("aria-hidden", "true");
    holder.innerHTML = picture.html;
    document.body.append(holder);
    const began = performance.now();
    const look = setInterval(() => {
      const tiles = [...document.querySelectorAll("[data-tile]")];
      const complete = tiles.length && tiles.every((tile) => !tile.hasAttribute("data-loading") && pictured(tile));
      if (!complete && performance.now() - began < LONGEST) return;
      clearInterval(look);
      requestAnimationFrame(() => requestAnimationFrame(() => holder.remove()));
    }, 50);
  }

  /* Whether what a tile fetches by itself, the map, is there too. */
  const pictured = (tile) => [...tile.querySelectorAll("[data-src]")].every((holder) => holder.childElementCount > 0);

  room.snapshot = { keep };
})();
