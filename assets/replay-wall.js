"use strict";
/* A wall on which a recording plays: the time of then, by which ages and the clock are counted, and the marks that say so.
   The marks stay until the last recorded number is gone: tile.js changes a tile's numbers at most every 2 s. */
(() => {
  const FURTHEST = 2000; // ms that are counted on without a word from the server, who speaks twice a second
  const FADING = 2500;
  const QUICK = 5; // times as fast: boards then take turns by the room's own clock
  const MARKS = 15;
  const room = (window.liveroom = window.liveroom || {});
  let told = null; // where the replay is, as last heard
  let heardAt = 0;
  let fading = null;

  const now = () => (told ? told.at + Math.min(performance.now() - heardAt, FURTHEST) * told.speed : null);
  const isQuick = () => Boolean(told) && told.speed > QUICK;
  const kind = () => (told ? told.kind : null);

  function hear(replay) {
    const ends = told && !replay;
    told = replay;
    heardAt = performance.now();
    if (replay) {
      clearTimeout(fading);
      mark();
    } else if (ends) {
      fading = setTimeout(unmark, FADING);
    }
  }

  const wall = () => document.querySelector("main.wall[data-plan]");

  function mark() {
    const main = wall();
    if (!main || !room.ages.words()) return;
    main.dataset.mode = told.kind;
    document.body.dataset.replay = told.kind;
    const word = getComputedStyle(main).getPropertyValue(`--${told.kind}-name`).replace(/"/g, "");
    const pace = told.speed ? `${Math.round(told.speed * 10) / 10}\u00d7` : "\u275a\u275a";
    main.style.setProperty(`--${told.kind}-pace`, `"${word} ${pace}"`);
    const at = room.ages.clock(now());
    for (const text of marks(main).querySelectorAll("span")) {
      text.firstChild.textContent = word;
      text.lastChild.textContent = `${room.ages.time(now(), room.real())} \u00b7 ${pace}`;
    }
    main.querySelector(":scope>.replay-says").textContent = `${word} ${pace} \u00b7 ${room.ages.date(now())} \u00b7 ${at.hm}${at.ss}`;
  }

  /* The word all over the wall, made once; and a line that says it to whoever cannot see a clock on this board. */
  function marks(main) {
    const found = main.querySelector(":scope>.replay-marks");
    if (found) return found;
    const made = document.createElement("div");
    made.className = "replay-marks";
    made.setAttribute("aria-hidden", "true");
    for (let i = 0; i < MARKS; i += 1) {
      const text = document.createElement("span");
      text.append(document.createElement("b"), document.createElement("i"));
      made.append(text);
    }
    const says = document.createElement("p");
    says.className = "replay-says";
    main.append(made, says); // and not over what a tour shows beside the wall, which is of now
    return made;
  }

  function unmark() {
    const main = wall();
    delete document.body.dataset.replay;
    if (!main) return;
    delete main.dataset.mode;
    for (const made of main.querySelectorAll(":scope>:is(.replay-marks,.replay-says)")) made.remove();
  }

  room.replay = { hear, now, kind, isQuick };
})();
