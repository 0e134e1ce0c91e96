"use strict";
/* What text and attributes cannot say: sparklines, mosaics, the map's fills and marks, and how many names fit.
   Each is one attribute value of a slot (layouts/), drawn into the slot's element. */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  const SVG = "http://www.w3.org/2000/svg";
  const SIGNS = {
    jam: "M-7 8V-2M-1 8V-6M5 8V-2",
    accident: "M0-10V10M-10 0H10M-7-7L7 7M7-7L-7 7",
    flood: "M-10-4c3.300-3 6.600-3 10 0s6.700 3 10 0M-10 4c3.300-3 6.600-3 10 0s6.700 3 10 0",
    closure: "M-9-7H9V7H-9zM-5 0H5",
    works: "M-8 8H8M0-9L7 4H-7z",
    hazard: "M0-9L10 7H-10zM0-2V2M0 5V5.200",
    other: "M-8 8H8M0-9L7 4H-7z",
    water: "M0-11V11M0-7H5M0-2H5M-11 6c2-2 4-2 6 0s4 2 6 0 4-2 6 0",
  };

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  }

  /* One line from zero, its last point marked. */
  function spark(holder, text) {
    const values = text ? text.split(",").map(Number) : [];
    const width = Number(holder.dataset.width) || 150;
    const height = Number(holder.dataset.height) || 52;
    const most = Math.max(1, ...values);
    const x = (i) => (values.length > 1 ? (i * (width - 6)) / (values.length - 1) : width - 6);
    const y = (value) => height - 3 - (value / most) * (height - 9);
    const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "xMaxYMid meet" });
    element("path", { class: "base", d: `M0 ${height - 1}H${width}` }, svg);
    if (values.length > 1) {
      const line = values.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
      element("path", { class: "line", d: line }, svg);
    }
    if (values.length) {
      element("circle", { class: "last", cx: x(values.length - 1), cy: y(values[values.length - 1]), r: 4.6 }, svg);
    }
    holder.replaceChildren(svg);
  }

  /* One cell per character, the same nodes for ever. */
  function cells(holder, text) {
    while (holder.childElementCount > text.length) holder.lastElementChild.remove();
    while (holder.childElementCount < text.length) holder.append(document.createElement("i"));
    [...text].forEach((mark, i) => {
      const cell = holder.children[i];
      if (cell.className !== `c${mark}`) cell.className = `c${mark}`;
    });
  }

  /* "code:step code:step"; every other area is step 1. */
  function fills(group, text) {
    const steps = new Map(text ? text.split(" ").map((pair) => pair.split(":")) : []);
    for (const path of group.children) {
      const step = `m${steps.get(path.id.slice("map-s-".length)) || 1}`;
      if (path.getAttribute("class") !== step) path.setAttribute("class", step);
    }
  }

  /* [[lon, lat, kind, level, title, slot], ...]. A point outside the picture stands at its edge, dashed; `slot` is the
     row beside the map to which a line leads. */
  function marks(group, text) {
    const svg = group.ownerSVGElement;
    const { lon, lat, kx, ky } = svg.dataset;
    const { width, height } = room.near.whole(svg);
    group.replaceChildren();
    for (const [atLon, atLat, kind, level, title, slot] of JSON.parse(text)) {
      const x = (atLon - lon) * kx;
      const y = (lat - atLat) * ky;
      const inX = Math.min(Math.max(x, 22), width - 22);
      const inY = Math.min(Math.max(y, 22), height - 22);
      const outside = Math.abs(inX - x) > 30 || Math.abs(inY - y) > 30 ? "outside" : "";
      const mark = element("g", {
        class: `mark ${kind} ${level} ${outside}`,
        transform: `translate(${inX.toFixed(1)} ${inY.toFixed(1)})`,
      }, group);
      if (slot) mark.dataset.row = `${group.id.slice(0, -"marks".length)}${slot}`;
      element("title", {}, mark).textContent = title;
      element("circle", { r: kind === "report" ? 10 : level ? 28 : 19 }, mark);
      const sign = SIGNS[kind.split(" ")[0]];
      if (sign) element("path", { class: "sign", d: sign, transform: level ? "scale(1.5)" : "" }, mark);
    }
    stepAside(svg);
  }

  /* A line from the words of each mark that is called out to the mark, where the words stand beside the map. */
  function leaders(svg) {
    const labels = svg.querySelector(".labels");
    const group = svg.querySelector(".leaders") || element("g", { class: "leaders" });
    if (!group.parentNode) svg.insertBefore(group, svg.querySelector(".marks"));
    group.replaceChildren();
    const screen = svg.getScreenCTM();
    if (!labels || !screen || !svg.getBoundingClientRect().width) return;
    const toPicture = screen.inverse();
    for (const mark of svg.querySelectorAll(".mark[data-row]")) {
      const row = document.getElementById(mark.dataset.row);
      if (!row || row.hidden || getComputedStyle(row.parentElement).position !== "absolute") continue;
      const box = row.getBoundingClientRect();
      if (box.left >= row.parentElement.getBoundingClientRect().right) continue; // a row that did not fit
      const from = new DOMPoint(box.left, box.top + Math.min(box.height, box.width) * 0.08).matrixTransform(toPicture);
      const { e: x, f: y } = mark.transform.baseVal[0].matrix;
      const bend = { x: from.x - 34, y: from.y + 6 };
      const length = Math.hypot(x - bend.x, y - bend.y);
      if (length < 60) continue;
      const share = (length - 30) / length;
      const to = { x: bend.x + (x - bend.x) * share, y: bend.y + (y - bend.y) * share };
      const d = `M${(from.x - 8).toFixed(1)} ${bend.y.toFixed(1)}H${bend.x.toFixed(1)}L${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
      element("path", { class: `leader ${mark.classList.contains("alarm") ? "alarm" : "watch"}`, d }, group);
    }
  }

  /* A label that a raised mark would hide steps aside, up or down, whichever is nearer. */
  function stepAside(svg) {
    const raised = [...svg.querySelectorAll(".mark.alarm,.mark.watch")].map((mark) => mark.transform.baseVal[0].matrix);
    for (const label of svg.querySelectorAll(".labels>g")) {
      const { e: x, f: y } = label.transform.baseVal[0].matrix;
      const home = label.home || (label.home = { x, y });
      const half = label.getBBox().width / 2;
      let dy = 0;
      for (const mark of raised) {
        const near = Math.abs(mark.e - home.x) < half + 26 && mark.f > home.y - 66 && mark.f < home.y + 70;
        if (near) dy = mark.f > home.y + 2 ? mark.f - home.y - 74 : mark.f - home.y + 68;
      }
      label.setAttribute("transform", `translate(${home.x} ${home.y + dy})`);
    }
  }

  /* A name too long for its line is set smaller, then on two lines, rather than cut. */
  function snug(line) {
    line.classList.remove("long", "longer");
    for (const size of ["long", "longer"]) {
      if (line.scrollWidth <= line.clientWidth) return;
      line.classList.add(size);
    }
  }

  /* Show as many names as fit, at least one or data-least, then "+N more" of data-fit in all. */
  function fit(holder) {
    const more = holder.querySelector(":scope>.more");
    const items = [...holder.querySelectorAll(":scope>.item:not([hidden])")];
    const total = Number(holder.dataset.fit);
    const say = (shown) => {
      more.textContent = total > shown ? room.ages.fill("more", { n: total - shown }) : "";
    };
    for (const item of items) item.classList.remove("cut");
    let shown = items.length;
    say(shown);
    const over = () => holder.scrollHeight > holder.clientHeight + 2 || holder.scrollWidth > holder.clientWidth + 1;
    while (shown > Number(holder.dataset.least ?? 1) && over()) {
      shown -= 1;
      items[shown].classList.add("cut");
      say(shown);
    }
  }

  /* How many of the picture's own units a CSS pixel is: text in it is sized by that, as text outside is. */
  function measure(svg, size = { width: svg.clientWidth, height: svg.clientHeight }) {
    const { width, height } = svg.viewBox.baseVal;
    const scale = Math.min(size.width / width, size.height / height);
    if (scale > 0) svg.style.setProperty("--unit", (1 / scale).toFixed(3));
  }
  const scaled = new ResizeObserver((seen) => seen.forEach(({ target, contentRect }) => measure(target, contentRect)));

  /* The picture of the map, fetched once; `ready` is called when its slots exist. */
  async function picture(holder, ready) {
    const answer = await fetch(holder.dataset.src).catch(() => null);
    if (!answer || !answer.ok) {
      holder.dataset.missing = "";
      setTimeout(() => picture(holder, ready), 5000);
      return;
    }
    const svg = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    delete holder.dataset.missing;
    holder.querySelector("svg")?.remove();
    holder.append(document.adoptNode(svg));
    scaled.observe(svg);
    if ("schematic" in svg.dataset) holder.closest("[data-tile]").dataset.schematic = "";
    ready();
  }

  room.drawings = { spark, cells, fills, marks, measure, leaders, snug, fit, picture };
})();
