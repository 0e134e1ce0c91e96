"use strict";
/* Which board is on the screen. A screen holds the tiles of all its boards all the time, so that the next one is ready
   before it is shown: changing boards moves and hides tiles, in one task, and draws nothing anew. The turns follow the
   server's clock and not the moment the page was opened, so that screens beside each other change together. */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  const MARGINS = ["band", "foot"]; // stay around a tile that fills the screen: the stage and DEMO must not be lost
  let order = null; // what a person asked for: {board} or {tile}, {place} with the map; null for the boards in turn
  let shown = null; // what is laid out now, as text

  const wall = () => document.querySelector("main.wall[data-plan]");
  let read = null; // the plan as last read, and from which text

  function plan(main) {
    if (!read || read.text !== main.dataset.plan) read = { text: main.dataset.plan, plan: JSON.parse(main.dataset.plan) };
    return read.plan;
  }

  const minuteOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

  /* Whether a minute of the day is within "18:00-06:00"; no hours are all day. */
  function within(hours, minute) {
    if (!hours) return true;
    const [start, end] = [minuteOf(hours), minuteOf(hours.slice(6))];
    return start < end ? minute >= start && minute < end : minute >= start || minute < end;
  }

  /* The board whose turn it is at a moment (ms). */
  function turn(boards, now, minute) {
    const due = boards.filter((board) => within(board.when, minute));
    if (!due.length) return boards[0];
    const round = due.reduce((sum, board) => sum + board.dwell, 0);
    let left = (now / 1000) % round;
    for (const board of due) {
      if (left < board.dwell) return board;
      left -= board.dwell;
    }
    return due[0];
  }

  /* One tile over the whole screen, between the band and the foot where the screen has them. */
  function enlarged(name, { sizes }) {
    const [above, below] = MARGINS.map((margin) => (margin in sizes && margin !== name ? [margin] : []));
    const names = [...above, name, ...below];
    const rows = names.map((one) => (one === name ? "minmax(0,1fr)" : `${sizes[one][1]}rem`));
    return { name: `+${name}`, tiles: names, areas: names.map((one) => `"${one}"`).join(" "), columns: "minmax(0,1fr)", rows: rows.join(" "), large: name };
  }

  function wanted(main, now, minute) {
    const { boards, sizes } = plan(main);
    if (order && order.tile in sizes) return enlarged(order.tile, { sizes });
    return (order && boards.find((board) => board.name === order.board)) || turn(boards, room.replay && room.replay.isQuick() ? room.real() : now, minute);
  }

  function lay(main, board) {
    main.style.gridTemplateAreas = board.areas;
    main.style.gridTemplateColumns = board.columns;
    main.style.gridTemplateRows = board.rows;
    for (const tile of main.querySelectorAll(":scope>[data-tile]")) {
      tile.toggleAttribute("data-off", !board.tiles.includes(tile.id));
      tile.style.zoom = "";
    }
    main.dataset.board = board.name;
    if (board.large) zoom(main, board.large);
    room.tile.refit();
  }

  /* As large as the tile's natural size allows. */
  function zoom(main, name) {
    const tile = document.getElementById(name);
    const [width, height] = plan(main).sizes[name];
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const factor = Math.min(tile.offsetWidth / (width * rem), tile.offsetHeight / (height * rem));
    if (factor > 1) tile.style.zoom = factor.toFixed(3);
  }

  function tick(now) {
    const main = wall();
    if (!main || !room.ages.words()) return;
    const minute = minuteOf(room.ages.clock(now).hm);
    main.toggleAttribute("data-night", Boolean(plan(main).night) && within(plan(main).night, minute));
    const board = wanted(main, now, minute);
    const text = `${board.name}|${board.areas}|${innerWidth}x${innerHeight}`;
    if (text !== shown || !main.dataset.board) {
      shown = text;
      lay(main, board);
    }
    room.near.look(board.large === "map" ? order.place || null : null);
  }

  /* What the server says a person asked for. */
  function obey(asked) {
    order = asked && (asked.board || asked.tile) ? asked : null;
    tick(room.now());
  }

  const current = () => (wall() || { dataset: {} }).dataset.board || "";
  room.boards = { tick, obey, current };
})();
