"use strict";
/* A drawing that comes as one text of HTML (dashboards/drawn.py): one React component, whatever is in it. */
(() => {
  const room = (window.liveroom = window.liveroom || {});
  room.Drawn = ({ html }) =>
    window.React.createElement("div", { style: { display: "contents" }, dangerouslySetInnerHTML: { __html: html } });
})();
