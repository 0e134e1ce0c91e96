"use strict";
/* A page about the past: one open list of a filter at a time, the address to copy, and closing by Escape. What a page
   shows follows from its address alone, so there is nothing else to keep.
   On a wide screen the lines by the day are drawn again by Plotly, when the page is idle: to read every value, and to
   choose days by dragging. A phone keeps the drawing it came with, and never loads Plotly. */
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

  const PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js";
  const INDONESIAN = {
    moduleType: "locale",
    name: "id",
    dictionary: {},
    format: {
      days: ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
      shortDays: ["Min", "Sen", "Sel", "Rab", "Kam", "Jum", "Sab"],
      months: ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"],
      shortMonths: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
      date: "%d/%m/%Y",
      decimal: ",",
      thousands: ".",
    },
  };
  const plots = [...page.querySelectorAll(".plot[data-figure]")].filter((plot) => JSON.parse(plot.dataset.figure).days.length > 2);
  if (!plots.length || !matchMedia("(min-width: 1000px)").matches) return;

  const idle = window.requestIdleCallback || ((work) => setTimeout(work, 400));
  const token = (name) => getComputedStyle(page).getPropertyValue(name).trim();
  const load = (source) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });

  function looks() {
    return {
      main: { color: token("--t1"), width: 2.2 },
      second: { color: token("--soft"), width: 2 },
      third: { color: token("--mark-watch"), width: 2 },
      ghost: { color: token("--ghost"), width: 1.4, dash: "dot" },
    };
  }

  /* Weekends as pale bands; of a long time they would be noise. */
  function weekends(days) {
    if (days.length > 100) return [];
    const half = 43200000;
    return days
      .filter((day) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()))
      .map((day) => Date.parse(`${day}T00:00:00Z`))
      .map((at) => ({ type: "rect", layer: "below", xref: "x", yref: "paper", y0: 0, y1: 1, line: { width: 0 },
        fillcolor: token("--g2"), x0: new Date(at - half).toISOString(), x1: new Date(at + half).toISOString() }));
  }

  function draw(plot) {
    const { days, said, lines, share, language, floor } = JSON.parse(plot.dataset.figure);
    const kinds = looks();
    const traces = lines.map((line) => ({
      type: "scatter", mode: days.length > 1 ? "lines" : "markers", name: line.name, x: days, y: line.y, line: kinds[line.kind],
      marker: { color: kinds[line.kind].color }, customdata: line.text.map((text, i) => [text, said[i]]), connectgaps: false,
      hovertemplate: "%{customdata[0]}", showlegend: false,
    }));
    const axis = { fixedrange: false, showgrid: false, zeroline: false, showline: false, tickfont: { color: token("--t3"), size: 13 }, automargin: false };
    const layout = {
      height: 250, margin: { l: 52, r: 16, t: 12, b: 28 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: "Inter", size: 13, color: token("--t2") }, hovermode: "x unified", dragmode: "select", selectdirection: "h",
      hoverlabel: { bgcolor: token("--g1"), bordercolor: token("--edge"), font: { family: "Inter", size: 13, color: token("--t1") } },
      xaxis: { ...axis, type: "date", hoverformat: "%a %-d %b %Y", tickformat: "%-d %b", nticks: 9, range: [days[0], days[days.length - 1]].map((day, i) => `${day} ${i ? "14:00" : "-"}`.replace(" -", "")) },
      yaxis: { ...axis, rangemode: "tozero", nticks: 4, showgrid: true, gridcolor: token("--line"), fixedrange: true, ...(share ? { tickformat: ",.0%", range: [floor, 1.005], rangemode: "normal" } : {}) },
      separators: language === "id" ? ",." : ".,", shapes: weekends(days), uirevision: plot.dataset.address,
      newselection: { line: { color: token("--focus"), width: 1.5 } },
    };
    return window.Plotly.react(plot, traces, layout, { displayModeBar: false, responsive: true, locale: language });
  }

  /* Days that somebody dragged over, or pressed, become the address. */
  function choose(plot, first, last) {
    const to = new URL(plot.dataset.address, location.href);
    to.searchParams.set("from", first);
    to.searchParams.set("to", last);
    location.assign(to);
  }

  async function study() {
    try {
      await load(PLOTLY);
      window.Plotly.register(INDONESIAN);
    } catch {
      return; // the drawing that came with the page says the same
    }
    for (const plot of plots) {
      plot.textContent = "";
      plot.dataset.own = "";
      await draw(plot);
      plot.on("plotly_selected", (chosen) => {
        if (chosen && chosen.range) choose(plot, ...chosen.range.x.map((moment) => moment.slice(0, 10)));
      });
      plot.on("plotly_click", ({ points }) => choose(plot, points[0].x, points[0].x));
      new MutationObserver(() => draw(plot)).observe(plot, { attributes: true, attributeFilter: ["data-figure"] });
    }
  }
  idle(() => setTimeout(study, 250));
})();
