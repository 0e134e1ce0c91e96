"use strict";
/* What a tour puts beside the wall (layouts/tour/wall.py): where it is, how to join, the poll; and that personal data are
   masked. The wall itself stands smaller, whole and unchanged, and is as it was when the tour is over. */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  let told = null; // the last message about it
  let drawn = ""; // of what, as text

  function element(name, classes, ...inside) {
    const made = document.createElement(name);
    made.className = classes;
    made.append(...inside);
    return made;
  }

  const fill = (key, values = {}) => room.ages.fill(key, values);
  const masked = () => element("p", "masked", element("i", "i i-masked"), element("span", "", fill("tour_masked")));

  function place(className) {
    let holder = document.querySelector(`body>.${className}`);
    if (!holder) document.body.append((holder = element("aside", className)));
    return holder;
  }

  function join(tour) {
    const picture = element("img", "");
    picture.src = tour.qr;
    picture.alt = "";
    const address = tour.address.replace(/^https?:\/\//, "").replace(/\/\d{4}$/, "");
    return element(
      "div",
      "join",
      element("h2", "", fill("guide_qr")),
      picture,
      element("p", "at", address),
      element("p", "code", tour.code),
      element("p", "joined", fill("guide_connected", { n: tour.joined })),
      element("p", "free", fill("tour_no_name")),
    );
  }

  function strip(tour) {
    const ticks = element("ol", "ticks");
    for (let i = 1; i <= tour.of; i += 1) ticks.append(element("li", i < tour.n ? "past" : i === tour.n ? "now" : ""));
    return element(
      "div",
      "strip",
      element("div", "where", element("span", "", fill("tour_n_of", { n: tour.n, of: tour.of })), ticks),
      element("h2", "", tour.title),
      masked(),
    );
  }

  function poll({ question, options, shown, votes, right }) {
    const rows = options.map((option, i) => {
      const row = element("li", shown && i === right ? "right" : "", element("b", "", option.text));
      if (!shown) return row;
      const share = option.share === null ? "–" : `${Math.round(option.share * 100)}%`;
      const bar = element("span", "bar");
      bar.style.setProperty("--part", option.share || 0); // of all answers, as the number beside it says
      row.append(element("em", "", String(option.count), element("small", "", share)), bar);
      if (i === right) row.append(element("span", "mark", element("i", "i i-c-done"), fill("tour_right")));
      return row;
    });
    const count = element("p", "votes", shown ? "" : `${fill("tour_vote_now")} · `, fill("tour_votes", { n: votes }));
    return element("div", "poll", element("h1", "", question), element("ol", "", ...rows), count);
  }

  /* Guests are in the room without a tour: the foot says that personal data are masked. */
  function guests(on) {
    const foot = document.querySelector(".foot .x");
    const said = document.querySelector(".foot .masked");
    if (on && foot && !said) foot.before(masked());
    if (!on && said) said.remove();
  }

  function draw() {
    if (!told || !room.ages.words() || !document.querySelector("main.wall")) return;
    const { tour, audience } = told;
    document.body.toggleAttribute("data-visitors", audience === "visitor");
    guests(audience === "visitor" && !tour);
    const text = JSON.stringify(tour);
    if (text === drawn) return;
    const before = drawn && drawn !== "null" ? JSON.parse(drawn) : null;
    drawn = text;
    document.body.toggleAttribute("data-tour", Boolean(tour));
    if (tour) {
      if (!before || before.qr !== tour.qr || before.joined !== tour.joined) place("tour-join").replaceChildren(join(tour));
      place("tour-strip").replaceChildren(strip(tour));
    }
    if (tour && tour.poll) {
      const holder = place("tour-poll"); // between the band and the foot: the stage and DEMO must not be lost
      const [above, below] = ["band", "foot"].map((name) => document.getElementById(name)?.getBoundingClientRect());
      holder.style.top = above && above.height ? `${Math.round(above.bottom)}px` : "";
      holder.style.bottom = below && below.height ? `${Math.round(innerHeight - below.top)}px` : "";
      holder.replaceChildren(poll(tour.poll));
    } else document.querySelector("body>.tour-poll")?.remove();
    if (!tour) document.querySelectorAll("body>.tour-join,body>.tour-strip").forEach((holder) => holder.remove());
  }

  function show(message) {
    told = { tour: message.tour, audience: message.audience };
    draw();
  }

  setInterval(draw, 1000); // the page may not have been drawn when it was told
  room.touring = { show };
})();
