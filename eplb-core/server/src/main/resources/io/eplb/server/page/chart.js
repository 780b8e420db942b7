// What each plan promised, what the next window showed of it, and what it cost: three charts over one axis.

import { element, say, shape, table } from "./element.js";

const LEFT = 44;
const RIGHT = 12;
const TOP = 10;
const PAR_HEIGHT = 190;
const BAR_HEIGHT = 52;
const GAP = 34;
const FOOT = 22;
const POINT_ROOM = 9; // With less room for each plan, points would run into each other.

const LINES = [
  { name: "before", label: "before the plan", value: (plan) => plan.before },
  { name: "predicted", label: "predicted", value: (plan) => plan.predicted },
  { name: "measured", label: "then measured", value: (plan, next) => next?.measured ?? null },
];

const box = document.getElementById("chart");
const details = document.getElementById("plan-table");
const over = document.getElementById("over");

let plans = [];
let cursor = null;

/** Shows the plans of a model, oldest first. */
export function showPlans(model) {
  const number = cursor === null ? null : plans[cursor]?.number;
  plans = model.plans;
  const at = plans.findIndex((plan) => plan.number === number);
  cursor = at < 0 ? null : at;
  redraw();
  tell();
  if (details.open) {
    fillTable();
  }
}

/** Returns a PAR as text, or a dash if it is not known. */
export function par(value) {
  return value === null || value === undefined ? "–" : value.toFixed(3);
}

/** Returns a time in milliseconds as text. */
export function millis(value) {
  return value >= 1000 ? brief(value / 1000) + " s" : brief(value) + " ms";
}

function brief(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 10 ? 3 : 2);
}

/** Returns a point in time as text: without the day if it is today. */
export function clock(time) {
  const date = new Date(time);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleString();
}


function statistic() {
  return Number(over.querySelector("input:checked").value);
}

function value(line, at) {
  const figures = line.value(plans[at], plans[at + 1]);
  return figures === null ? null : figures[statistic()];
}

function redraw() {
  const width = box.clientWidth;
  if (plans.length === 0 || width === 0) {
    return;
  }
  const height = TOP + PAR_HEIGHT + 2 * (GAP + BAR_HEIGHT) + FOOT;
  const room = (width - LEFT - RIGHT) / plans.length;
  const x = (at) => LEFT + room * (at + 0.5);
  const drawing = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": summary() });
  drawing.append(parChart(width, x, room));
  drawing.append(bars("Experts moved", TOP + PAR_HEIGHT + GAP, width, x, room, (plan) => plan.moved, (most) => most.toLocaleString("en")));
  drawing.append(bars("Time of the plan", TOP + PAR_HEIGHT + 2 * GAP + BAR_HEIGHT, width, x, room, (plan) => plan.millis, millis));
  drawing.append(foot(width, height, x));
  if (cursor !== null) {
    drawing.append(shape("line", { class: "cursor", x1: x(cursor), x2: x(cursor), y1: TOP, y2: height - FOOT }));
  }
  box.replaceChildren(key(), drawing);
}

function key() {
  const entries = LINES.map((line) =>
    element(
      "li",
      {},
      shape(
        "svg",
        { class: "sample", viewBox: "0 0 26 10", "aria-hidden": "true" },
        shape("path", { class: "line " + line.name, d: "M0 5H26" }),
        point(line.name, 13, 5),
      ),
      line.label,
    ),
  );
  entries.push(element("li", {}, element("span", { class: "cross", "aria-hidden": "true" }, "✕"), "policy failed"));
  return element("ul", { class: "key" }, ...entries);
}

function parChart(width, x, room) {
  const group = shape("g");
  const values = LINES.flatMap((line) => plans.map((plan, at) => value(line, at))).filter((v) => v !== null);
  const top = niceTop(Math.max(1.02, ...values));
  const y = (v) => TOP + PAR_HEIGHT * (1 - (v - 1) / (top - 1));
  for (let step = 0; step <= 4; step++) {
    const v = 1 + ((top - 1) * step) / 4;
    group.append(
      shape("line", { class: step === 0 ? "axis" : "grid", x1: LEFT, x2: width - RIGHT, y1: y(v), y2: y(v) }),
      shape("text", { class: "tick", x: LEFT - 7, y: y(v) + 4, "text-anchor": "end" }, v.toFixed(top < 1.4 ? 3 : 2)),
    );
  }
  for (const line of LINES) {
    let path = "";
    let open = false;
    plans.forEach((plan, at) => {
      const v = value(line, at);
      if (v !== null) {
        path += `${open ? "L" : "M"}${x(at).toFixed(1)} ${y(v).toFixed(1)}`;
      }
      open = v !== null;
    });
    group.append(shape("path", { class: "line " + line.name, d: path }));
    plans.forEach((plan, at) => {
      const v = value(line, at);
      if (v !== null && (room >= POINT_ROOM || at === cursor)) {
        group.append(point(line.name, x(at), y(v)));
      }
    });
  }
  plans.forEach((plan, at) => {
    if (plan.outcome === "policy failed") {
      group.append(shape("text", { class: "cross", x: x(at), y: TOP + PAR_HEIGHT - 6, "text-anchor": "middle" }, "✕"));
    }
  });
  return group;
}

/** Returns a mark whose form differs by line too, not by colour alone. */
function point(name, x, y) {
  if (name === "measured") {
    return shape("circle", { class: "point " + name, cx: x, cy: y, r: 3 });
  }
  if (name === "predicted") {
    return shape("rect", { class: "point " + name, x: x - 3, y: y - 3, width: 6, height: 6 });
  }
  return shape("path", { class: "point " + name, d: `M${x - 3} ${y}H${x + 3}` });
}

function bars(title, top, width, x, room, value, text) {
  const group = shape("g");
  const most = Math.max(...plans.map(value));
  const bottom = top + BAR_HEIGHT;
  const thick = Math.max(1, Math.min(room * 0.7, 18));
  plans.forEach((plan, at) => {
    const tall = most > 0 ? (BAR_HEIGHT * value(plan)) / most : 0;
    if (tall > 0) {
      group.append(
        shape("rect", {
          class: at === cursor ? "bar chosen" : "bar",
          x: x(at) - thick / 2,
          y: bottom - Math.max(tall, 1),
          width: thick,
          height: Math.max(tall, 1),
        }),
      );
    }
  });
  group.append(
    shape("line", { class: "axis", x1: LEFT, x2: width - RIGHT, y1: bottom, y2: bottom }),
    shape("text", { class: "bar-title", x: LEFT, y: top - 7 }, title),
    shape("text", { class: "tick", x: width - RIGHT, y: top - 7, "text-anchor": "end" }, "most " + text(most)),
  );
  return group;
}

function foot(width, height, x) {
  const group = shape("g");
  const last = plans.length - 1;
  group.append(
    shape("text", { class: "tick", x: LEFT, y: height - 5 }, `plan ${plans[0].number}`),
  );
  if (last > 0) {
    group.append(
      shape("text", { class: "tick", x: width - RIGHT, y: height - 5, "text-anchor": "end" }, `plan ${plans[last].number}`),
    );
  }
  return group;
}

/** Returns the end of the scale: a round number a little above a PAR. */
function niceTop(most) {
  const above = most - 1;
  const unit = 10 ** Math.floor(Math.log10(above));
  const step = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].find((factor) => factor * unit >= above);
  return 1 + step * unit;
}

function summary() {
  const last = plans.length - 1;
  const figures = LINES.map((line) => `${line.label} ${par(value(line, last))}`).join(", ");
  return `PAR of ${plans.length} plans. The last: ${figures}. The table below has them all.`;
}

function tell() {
  if (plans.length === 0) {
    return;
  }
  const at = cursor ?? plans.length - 1;
  const plan = plans[at];
  const figures = LINES.map((line) => `${line.label} ${par(value(line, at))}`).join(", ");
  say(
    "chart-readout",
    `Plan ${plan.number}, ${clock(plan.time)}: ${figures}; ${plan.moved.toLocaleString("en")} experts moved, ${millis(plan.millis)}; ${plan.outcome}.`,
  );
}

function fillTable() {
  const rows = plans.map((plan, at) => [
    plan.number,
    clock(plan.time),
    plan.outcome + (plan.reason === "" ? "" : ": " + plan.reason),
    ...LINES.map((line) => par(value(line, at))),
    plan.moved.toLocaleString("en"),
    millis(plan.millis),
    plan.rejected,
  ]);
  const over = ["mean", "p95", "worst"][statistic()];
  details
    .querySelector("div")
    .replaceChildren(
      table(
        `The last ${plans.length} plans, newest first; PAR: ${over} of the layers`,
        ["Plan", "Time", "Outcome", "PAR before", "Predicted", "Then measured", "Moved", "Took", "Layers rejected"],
        rows.reverse(),
      ),
    );
}

function choose(at) {
  const next = at === null ? null : Math.min(Math.max(at, 0), plans.length - 1);
  if (next !== cursor) {
    cursor = next;
    redraw();
    tell();
  }
}

box.addEventListener("pointermove", (event) => {
  const area = box.getBoundingClientRect();
  const room = (area.width - LEFT - RIGHT) / plans.length;
  choose(Math.floor((event.clientX - area.left - LEFT) / room));
});
box.addEventListener("pointerleave", () => choose(null));
box.addEventListener("blur", () => choose(null));
box.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    choose(cursor === null ? plans.length - 1 : cursor + step);
  } else if (event.key === "Escape") {
    choose(null);
  }
});
over.addEventListener("change", () => {
  redraw();
  tell();
  if (details.open) {
    fillTable();
  }
});
details.addEventListener("toggle", () => details.open && fillTable());
new ResizeObserver(redraw).observe(box);
