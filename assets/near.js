"use strict";
/* The map drawn near to one district: its outline stronger, everything else as it is; and back to the whole city. Names,
   marks and lines keep their size on the screen (--unit, --near). */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  const MARGIN = 0.12; // of the district's larger side, around it

  /* The whole picture: x, y, width and height in its own units, whatever part of it is shown. */
  function whole(svg) {
    if (!svg.dataset.whole) svg.dataset.whole = svg.getAttribute("viewBox");
    const [x, y, width, height] = svg.dataset.whole.split(" ").map(Number);
    return { x, y, width, height };
  }

  /* The outline of a district: districts stand in the order of their labels. */
  function outline(svg, code) {
    const labels = [...svg.querySelectorAll(".labels .kv")];
    const index = labels.findIndex((label) => label.id.endsWith(`d-${code}`));
    return index < 0 ? null : svg.querySelectorAll(".districts path")[index];
  }

  /* Draw near to a district by its code, or back for null. Called again and again: it does only what is left to do. */
  function look(code) {
    for (const svg of document.querySelectorAll("[data-tile=map] .m>svg")) {
      const near = code && svg.getBoundingClientRect().width ? outline(svg, code) : null;
      if ((svg.dataset.near || null) === (near ? code : null)) continue;
      const all = whole(svg);
      svg.querySelector(".chosen")?.remove();
      if (near) {
        const box = near.getBBox();
        const margin = MARGIN * Math.max(box.width, box.height);
        const chosen = near.cloneNode();
        chosen.setAttribute("class", "chosen");
        svg.querySelector(".city").after(chosen); // above all lines, below marks and labels
        svg.dataset.near = code;
        svg.setAttribute("viewBox", [box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin].map((one) => one.toFixed(1)).join(" "));
        svg.style.setProperty("--near", Math.max((box.width + 2 * margin) / all.width, (box.height + 2 * margin) / all.height).toFixed(3));
      } else {
        delete svg.dataset.near;
        svg.setAttribute("viewBox", svg.dataset.whole);
        svg.style.removeProperty("--near");
      }
      room.drawings.measure(svg);
      room.drawings.leaders(svg);
    }
  }

  room.near = { whole, look };
})();
