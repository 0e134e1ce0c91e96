/* What the page shows, for the rules of this folder: every text and every mark with its size, colour, ground and what
   of it is cut off. Colours are [r, g, b] as composited; sizes are CSS pixels on the screen. */
({ far, lead, marks, pseudo }) => {
  const ASCENT = 1984 / 2048, CAPITAL = 1490 / 2048, DESCENT = 0.2;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();

  function rgba(colour) {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "rgba(0,0,0,0)";
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  }

  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];

  function ground(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [0, 0, 0]);
  }

  /* The grounds a text may lie on: the plain one, and a line of the hatch where there is one. */
  function grounds(element) {
    const plain = ground(element);
    for (let at = element; at; at = at.parentElement) {
      if (rgba(getComputedStyle(at).backgroundColor)[3] === 1 && !at.matches(".tile,.stage,.need,.a")) break;
      const before = getComputedStyle(at, "::before");
      if (before.content === "none" || !before.backgroundImage.startsWith("repeating-linear-gradient")) continue;
      const line = rgba(before.backgroundImage.match(/rgba?\([^)]*\)/)[0]);
      return [plain, over([line[0], line[1], line[2], Number(before.opacity)], plain)];
    }
    return [plain];
  }

  function opacity(element) {
    let all = 1;
    for (let at = element; at; at = at.parentElement) all *= Number(getComputedStyle(at).opacity);
    return all;
  }

  function clip(element) {
    const box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflow === "visible") continue;
      const edge = at.getBoundingClientRect();
      box.left = Math.max(box.left, edge.left);
      box.top = Math.max(box.top, edge.top);
      box.right = Math.min(box.right, edge.right);
      box.bottom = Math.min(box.bottom, edge.bottom);
    }
    return box;
  }

  function name(element) {
    const tile = element.closest("[data-tile]");
    const own = element.id || [element.tagName.toLowerCase(), ...element.classList].join(".");
    return tile && tile !== element ? `${tile.dataset.tile} ${own}` : own;
  }

  const outside = (rect, box) => rect.right <= box.left + 1 || rect.left >= box.right - 1 || rect.bottom <= box.top + 1 || rect.top >= box.bottom - 1;
  const zoom = (element) => element.currentCSSZoom || 1;
  const isSvg = (element) => element instanceof SVGElement;

  function size(element, style) {
    const px = parseFloat(style.fontSize);
    if (!isSvg(element)) return px * zoom(element);
    const matrix = element.getScreenCTM();
    return px * Math.hypot(matrix.c, matrix.d);
  }

  function text(node) {
    const said = node.textContent.trim();
    const element = node.parentElement;
    if (!said || element.closest("title,script,style")) return null;
    const style = getComputedStyle(element);
    if (style.visibility !== "visible" || opacity(element) === 0) return null;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = clip(element);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
    const seen = rects.filter((rect) => !outside(rect, box));
    if (!seen.length) return null;
    const px = size(element, style);
    const clamped = style.webkitLineClamp !== "none" && element.scrollHeight > element.clientHeight + 2;
    const ellipsis = style.textOverflow === "ellipsis" && style.overflow !== "visible" && element.scrollWidth > element.clientWidth + 1;
    let cut = clamped || ellipsis || seen.length < rects.length ? px : 0;
    const low = /[gjpqy,;()]/.test(said) ? DESCENT : 0.01;
    for (const rect of seen) {
      const top = rect.top + (ASCENT - CAPITAL) * px;
      const bottom = rect.top + (ASCENT + low) * px;
      cut = Math.max(cut, box.left - rect.left, rect.right - box.right, isSvg(element) ? 0 : Math.max(box.top - top, bottom - box.bottom));
    }
    const halo = isSvg(element) && style.paintOrder.startsWith("stroke") && parseFloat(style.strokeWidth) >= 3;
    return {
      name: name(element), text: said, px, cut,
      far: element.closest(far) !== null, lead: element.closest(lead) !== null,
      colour: over([...rgba(isSvg(element) ? style.fill : style.color).slice(0, 3), opacity(element)], ground(element)),
      grounds: halo ? [rgba(style.stroke).slice(0, 3)] : grounds(element),
    };
  }

  /* Text that a style sheet writes before or after an element. */
  function written(element) {
    return ["::before", "::after"].flatMap((which) => {
      const style = getComputedStyle(element, which);
      const said = /^"(.*)"$/.exec(style.content.replace(/" "/g, ""));
      if (!said || !said[1].trim() || !element.getClientRects().length || style.display === "none") return [];
      const own = rgba(style.backgroundColor);
      const under = over(own, ground(element));
      return [{
        name: `${name(element)}${which}`, text: said[1], px: parseFloat(style.fontSize) * zoom(element), cut: 0, far: false, lead: false,
        colour: over(rgba(style.color), under), grounds: [under],
      }];
    });
  }

  /* `property` is the colour that makes the mark; what is transparent is no mark. */
  function mark(element, property) {
    const style = getComputedStyle(element);
    const rect = element.getBoundingClientRect();
    if (rect.width < 1 || rect.height < 1 || style.visibility !== "visible" || outside(rect, clip(element))) return null;
    const colour = rgba(style.getPropertyValue(property));
    const shaped = style.maskImage !== "none" && style.maskImage !== "";
    if (colour[3] === 0 || (property === "background-color" && element.matches(".i") && !shaped)) return null;
    const under = element.parentElement;
    const below = isSvg(element) && element.closest(".mark") ? rgba(getComputedStyle(element.closest(".mark").querySelector("circle")).fill) : null;
    const field = below && below[3] === 1 && element.tagName !== "circle" ? below.slice(0, 3) : ground(under);
    return { name: name(element), colour: over([...colour.slice(0, 3), colour[3] * opacity(element)], field), ground: field };
  }

  const main = document.querySelector("main.wall");
  const texts = [];
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(text(walker.currentNode));
  for (const element of main.querySelectorAll(pseudo)) texts.push(...written(element));
  return {
    texts: texts.filter(Boolean),
    marks: Object.entries(marks).flatMap(([selector, property]) => [...main.querySelectorAll(selector)].map((element) => mark(element, property))).filter(Boolean),
    overflow: [...main.querySelectorAll("[data-tile]")].map((tile) => ({ name: tile.dataset.tile, ...tile.getBoundingClientRect().toJSON() })),
    scroll: [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight],
    view: [innerWidth, innerHeight],
  };
}
