// Line icons, drawn on a 20 x 20 grid in the colour of the text around them.

import { svg } from "./dom.js";

const PATHS = {
  hash: ["M8 3 6 17", "M14 3l-2 14", "M3.5 7.5h14", "M2.5 12.5h14"],
  lock: ["M5 9h10v8H5z", "M7 9V6.5a3 3 0 0 1 6 0V9"],
  search: ["M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12z", "m13.5 13.5 4 4"],
  send: ["M3 10 17 4l-4.5 13-3-5.5z", "M9.5 11.5 17 4"],
  close: ["m5 5 10 10", "M15 5 5 15"],
  chevron: ["m5.5 8 4.5 4.5L14.5 8"],
  back: ["M12.5 4.5 7 10l5.5 5.5"],
  reply: ["M4 5h12v8H9.5L6 16.2V13H4z"],
  smile: [
    "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z",
    "M7 11.5c1.4 2.4 4.6 2.4 6 0",
    "M7.6 7.7v.6",
    "M12.4 7.7v.6",
  ],
  more: ["M10 4.6v.1", "M10 10v.1", "M10 15.4v.1"],
  eye: ["M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10z", "M10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z"],
  sun: [
    "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "M10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18",
    "m4.3 4.3 1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2",
  ],
  moon: ["M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z"],
  screen: ["M3 4h14v9.5H3z", "M7 17h6M10 13.5V17"],
  window: ["M4 7V4h12v12h-3", "M3 8h9v9H3z"],
  menu: ["M3 5.5h14M3 10h14M3 14.5h14"],
  down: ["M10 4v12", "m5 11 5 5 5-5"],
  check: ["m4 10.5 4 4 8-9"],
  play: ["M6 4l10 6-10 6z"],
  shortcut: ["M11 2 4 11.5h5L8 18l8-10h-5z"],
  thread: ["M3 5h14v8H9l-4 3.5V13H3z", "M6.5 8h7M6.5 10.5h4"],
  link: [
    "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7",
    "M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1.2-1.2",
  ],
};

/** An icon by name. It is decoration: the control around it carries the label. */
export function icon(name, size = 18) {
  const frame = { viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": "true", class: `icon icon-${name}` };
  return svg("svg", frame, ...PATHS[name].map((d) => svg("path", { d })));
}

/** The app's mark: a railway signal, on its own colour. */
export function signalMark() {
  const lamp = (cy, fill) => svg("circle", { cx: 10, cy, r: 2, fill });
  return svg(
    "svg",
    { viewBox: "0 0 20 20", "aria-hidden": "true", class: "signal-mark" },
    svg("rect", { x: 6, y: 1.8, width: 8, height: 14, rx: 4, fill: "#10161f" }),
    svg("rect", { x: 9.2, y: 15.5, width: 1.6, height: 3.2, fill: "#10161f" }),
    lamp(5.3, "#ff6b5e"),
    lamp(9, "#ffc53d"),
    lamp(12.7, "#3ddc84"),
  );
}
