// The emoji a status board leans on, drawn on a 20 x 20 grid.

import { svg } from "../dom.js";

const RED = "#e5484d";
const ORANGE = "#f2822c";
const YELLOW = "#f5b91f";
const GREEN = "#30a46c";
const BLUE = "#3e8ef7";
const GREY = "#8b93a1";
const INK = "#3d4451";

const circle = (fill) => () => [svg("circle", { cx: 10, cy: 10, r: 7.5, fill })];
const ring = (fill, stroke) => () => [svg("circle", { cx: 10, cy: 10, r: 7, fill, stroke, "stroke-width": 1.2 })];
const fill = (d, colour) => svg("path", { d, fill: colour });
const line = (d, colour = "#fff", width = 2.2) =>
  svg("path", {
    d,
    fill: "none",
    stroke: colour,
    "stroke-width": width,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });
const tile = (colour) => svg("rect", { x: 2, y: 2, width: 16, height: 16, rx: 4, fill: colour });

const body = "M4.5 9h11a1 1 0 0 1 1 1v6.5a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5V10a1 1 0 0 1 1-1z";
const glass =
  "M5 2.5h10v1.8c0 2.6-2.6 4-3.6 5.7 1 1.7 3.6 3.1 3.6 5.7v1.8H5v-1.8c0-2.6 2.6-4 3.6-5.7C7.6 8.3 5 6.9 5 4.3z";
const bell = "M10 2.2a5 5 0 0 1 5 5c0 4 1.5 5.6 2 6.8H3c.5-1.2 2-2.8 2-6.8a5 5 0 0 1 5-5z";

const calendar = () => [
  svg("rect", { x: 2.5, y: 3.5, width: 15, height: 14, rx: 2.5, fill: "#fff", stroke: GREY }),
  fill("M2.5 8V6A2.5 2.5 0 0 1 5 3.5h10A2.5 2.5 0 0 1 17.5 6v2z", RED),
  line("M6.5 2v3M13.5 2v3", INK, 1.6),
  line("M6 11h1M9.5 11h1M13 11h1M6 14.2h1M9.5 14.2h1", INK, 1.6),
];

const watch = () => [
  svg("circle", { cx: 10, cy: 11.3, r: 6.7, fill: "#fff", stroke: INK, "stroke-width": 1.8 }),
  line("M8.2 2.2h3.6M10 2.5v2", INK, 1.8),
  line("M10 11.3V7.8M10 11.3l2.2 1.4", RED, 1.5),
];

const wave = () => [
  svg(
    "g",
    { transform: "rotate(-24 10 11)" },
    line("M6.2 10V5.6M8.9 9V3.6M11.6 9V4M14.2 10V6.2", YELLOW, 2.3),
    line("M14 13.6l3-3.2", YELLOW, 2.5),
    fill("M5.05 9.5h10.3v3.8a5.15 5.15 0 0 1-10.3 0z", YELLOW),
  ),
  line("M13.8 2.2c1.5.5 2.6 1.5 3.2 2.9M2.4 14.6c.5 1.5 1.6 2.6 3.1 3.2", BLUE, 1.4),
];

const thinking = () => [
  ...circle(YELLOW)(),
  line("M7 8.6v.6M12.7 8.6v.6", INK, 1.8),
  line("M5.6 6.2c.8-.7 1.9-.9 2.9-.5M11.5 5c1-.5 2.2-.3 3 .4M8.3 12.6c1.4-.6 2.9-.7 4.3-.1", INK, 1.2),
  line("M5 13.6l5.6-1M5.2 14v2.2", ORANGE, 2),
  fill("M3.9 13.4h5.6a1 1 0 0 1 .6 1.8l-2.2 2.6a2.4 2.4 0 0 1-4-1.8z", ORANGE),
];

const person = (x, colour) => [
  svg("circle", { cx: x, cy: 6.8, r: 3.2, fill: colour }),
  fill(`M${x - 5.6} 17.2c0-4.2 2.3-6.2 5.6-6.2s5.6 2 5.6 6.2z`, colour),
];

const PICTURES = {
  red_circle: circle(RED),
  large_orange_circle: circle(ORANGE),
  large_yellow_circle: circle(YELLOW),
  large_green_circle: circle(GREEN),
  large_blue_circle: circle(BLUE),
  large_purple_circle: circle("#8e4ec6"),
  black_circle: circle(INK),
  white_circle: ring("#fff", GREY),
  white_check_mark: () => [tile(GREEN), line("M5.8 10.4l2.9 3 5.5-6.6")],
  heavy_check_mark: () => [line("M4 10.8l4 4 8-9.5", GREEN, 2.8)],
  x: () => [line("M5 5l10 10M15 5 5 15", RED, 3.2)],
  warning: () => [
    fill("M8.8 2.7a1.4 1.4 0 0 1 2.4 0l7.3 12.7a1.4 1.4 0 0 1-1.2 2.1H2.7a1.4 1.4 0 0 1-1.2-2.1z", YELLOW),
    line("M10 7.5v4.3M10 14.7v.1", INK, 2),
  ],
  no_entry: () => [...circle(RED)(), line("M6.5 10h7", "#fff", 3)],
  no_entry_sign: () => [
    svg("circle", { cx: 10, cy: 10, r: 6.8, fill: "none", stroke: RED, "stroke-width": 2.4 }),
    line("M5.5 5.5l9 9", RED, 2.4),
  ],
  lock: () => [line("M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9", GREY, 2), fill(body, YELLOW), line("M10 12.5v2", INK, 1.8)],
  unlock: () => [line("M6.5 9V5.5a3.5 3.5 0 0 1 6.8-1", GREY, 2), fill(body, YELLOW), line("M10 12.5v2", INK, 1.8)],
  hourglass: () => [
    fill(glass, "#d7e6f7"),
    fill("M6.5 16.5c.5-2.5 2-3 3.5-4 1.5 1 3 1.5 3.5 4z", ORANGE),
    line("M5 2.5h10M5 17.5h10", INK, 1.8),
  ],
  hourglass_flowing_sand: () => [
    fill(glass, "#d7e6f7"),
    fill("M7 5.5h6c-.5 1.5-2 2.6-3 3.5-1-.9-2.5-2-3-3.5z", ORANGE),
    fill("M7.5 16.5c.4-1.4 1.5-2 2.5-2.5 1 .5 2.1 1.1 2.5 2.5z", ORANGE),
    line("M5 2.5h10M5 17.5h10", INK, 1.8),
    line("M10 9v4.5", ORANGE, 1.1),
  ],
  bell: () => [fill(bell, YELLOW), line("M8.6 16.6a1.5 1.5 0 0 0 2.8 0", ORANGE, 1.8)],
  no_bell: () => [fill(bell, GREY), line("M3 3l14 14", RED, 2)],
  calendar,
  date: calendar,
  spiral_calendar_pad: calendar,
  stopwatch: watch,
  alarm_clock: watch,
  timer_clock: watch,
  snowflake: () => [
    line("M10 2v16M3.1 6l13.8 8M16.9 6 3.1 14", BLUE, 1.7),
    line("M8 3.5l2 1.7 2-1.7M8 16.5l2-1.7 2 1.7", BLUE, 1.3),
  ],
  rocket: () => [
    fill("M10 1.5c3 2 4 5 4 8.5l-1.5 4h-5L6 10c0-3.5 1-6.5 4-8.5z", BLUE),
    svg("circle", { cx: 10, cy: 7.5, r: 1.6, fill: "#fff" }),
    fill("M6 9.5 3.5 12v3l3-1zM14 9.5l2.5 2.5v3l-3-1z", INK),
    fill("M8.3 14.8h3.4L10 18.8z", ORANGE),
  ],
  traffic_light: () => [
    svg("rect", { x: 6, y: 1, width: 8, height: 18, rx: 3, fill: INK }),
    ...[
      [4.8, RED],
      [10, YELLOW],
      [15.2, GREEN],
    ].map(([cy, colour]) => svg("circle", { cx: 10, cy, r: 2, fill: colour })),
  ],
  eyes: () =>
    [5.5, 14.5].flatMap((cx) => [
      svg("ellipse", { cx, cy: 10, rx: 3.6, ry: 5.5, fill: "#fff", stroke: INK, "stroke-width": 1.1 }),
      svg("ellipse", { cx: cx - 1.2, cy: 10.5, rx: 1.5, ry: 2.4, fill: INK }),
    ]),
  wrench: () => [
    line("M6.5 13.5 12 8", GREY, 3.2),
    fill("M17.3 5.3 14.5 8.1l-2.6-2.6 2.8-2.8a4.4 4.4 0 0 0-5.6 5.7l2.5 2.5a4.4 4.4 0 0 0 5.7-5.6z", GREY),
    svg("circle", { cx: 5, cy: 15, r: 2.6, fill: GREY }),
  ],
  wave,
  thinking_face: thinking,
  busts_in_silhouette: () => [...person(13, GREY), ...person(7.5, BLUE)],
  arrow_right: () => [tile(BLUE), line("M5.5 10h8.5M10.5 6.2l3.8 3.8-3.8 3.8")],
  tada: () => [
    fill("M2.5 17.5 7 6.5l6.5 6.5z", YELLOW),
    line("M11 7c.5-2 .5-3-.5-4.5M13 9c2-.5 3-.5 4.5.5", RED, 1.5),
    ...[
      [14.5, 3.5, BLUE],
      [17, 6, GREEN],
      [13, 5.5, ORANGE],
    ].map(([cx, cy, colour]) => svg("circle", { cx, cy, r: 1.2, fill: colour })),
  ],
  "+1": () => [
    fill(
      "M7.5 9 10.5 2.5c1.5 0 2.3 1 2 2.7L12 8h4a1.6 1.6 0 0 1 1.6 1.9l-1.2 6a2 2 0 0 1-2 1.6H7.5zM3 9h3v8.5H3z",
      YELLOW,
    ),
  ],
};
PICTURES.thumbsup = PICTURES["+1"];

/** The drawing of an emoji, or null where the machine's own sign serves. */
export function drawn(name) {
  const parts = PICTURES[name]?.();
  return parts ? svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, ...parts) : null;
}
