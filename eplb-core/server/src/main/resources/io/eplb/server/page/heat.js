// The heat maps: layers downwards, ranks to the right, before and after on one scale.

import { element, say, table } from "./element.js";

const STOPS = ["--cold-2", "--cold-1", "--even", "--hot-1", "--hot-2"];
const NARROWEST_SCALE = 50; // Per cent: less would make noise look like trouble.
const LEAST_HEIGHT = 120;
const GREATEST_HEIGHT = 460;
const LAYER_HEIGHT = 5;

const box = document.getElementById("heat");
const maps = { before: map("heat-before"), after: map("heat-after") };
const legend = document.getElementById("heat-legend");
const details = document.getElementById("heat-table");

let shown = null;
let cursor = null;

/** Shows a model. The service leaves maps out that are too large. */
export function showHeat(model) {
  const sameShape = shown !== null && shown.layers === model.layers && shown.ranks === model.ranks;
  const drawn = model.heatBefore !== null && model.heatAfter !== null;
  shown = drawn
    ? { layers: model.layers, ranks: model.ranks, before: model.heatBefore.flat(), after: model.heatAfter.flat() }
    : null;
  if (!sameShape) {
    cursor = null;
  }
  for (const part of [box, legend, details, document.getElementById("heat-keys")]) {
    part.hidden = !drawn;
  }
  if (!drawn) {
    say("heat-readout", `${model.layers} layers × ${model.ranks} ranks are too many to draw; GET /metrics?heat=true has them.`);
    return;
  }
  redraw();
  tell();
  if (details.open) {
    fillTable();
  }
}

function map(id) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const marker = element("div", { class: "marker", hidden: "" });
  const last = { layer: element("span", { class: "layer-last" }), rank: element("span", { class: "rank-last" }) };
  document
    .getElementById(id)
    .append(
      element("span", { class: "layer-first" }, "layer 0"),
      last.layer,
      element("div", { class: "cells" }, canvas, marker),
      element("span", { class: "rank-first" }, "rank 0"),
      last.rank,
    );
  return { canvas, marker, last };
}

/** Returns the distance from the mean, in per cent, at which the colours end: one for both maps. */
function reach(model) {
  let most = NARROWEST_SCALE;
  for (const cells of [model.before, model.after]) {
    for (const cell of cells) {
      most = cell > 0 ? Math.max(most, Math.abs(cell - 100)) : most;
    }
  }
  return most;
}

function redraw() {
  if (shown === null) {
    return;
  }
  const most = reach(shown);
  const colours = palette();
  draw(maps.before, shown.before, most, colours);
  draw(maps.after, shown.after, most, colours);
  drawLegend(most, colours);
  mark();
}

function draw({ canvas, last }, cells, most, colours) {
  const { layers, ranks } = shown;
  const height = Math.min(Math.max(layers * LAYER_HEIGHT, LEAST_HEIGHT), GREATEST_HEIGHT);
  canvas.style.height = height + "px";
  const scale = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * scale));
  canvas.width = width;
  canvas.height = Math.round(height * scale);
  last.layer.textContent = String(layers - 1);
  last.rank.textContent = String(ranks - 1);
  const context = canvas.getContext("2d");
  // Of cells that share a pixel the hottest is shown: a peak must not vanish on a small screen.
  const columns = Math.min(ranks, width);
  const rows = Math.min(layers, canvas.height);
  for (let row = 0; row < rows; row++) {
    const top = Math.round((row * canvas.height) / rows);
    const bottom = Math.round(((row + 1) * canvas.height) / rows);
    for (let column = 0; column < columns; column++) {
      const left = Math.round((column * width) / columns);
      const right = Math.round(((column + 1) * width) / columns);
      let hottest = 0;
      for (let layer = first(row, layers, rows); layer < first(row + 1, layers, rows); layer++) {
        for (let rank = first(column, ranks, columns); rank < first(column + 1, ranks, columns); rank++) {
          hottest = Math.max(hottest, cells[layer * ranks + rank]);
        }
      }
      // A rank that is dead, or a layer that is idle, stays blank: it is not cold.
      if (hottest > 0) {
        context.fillStyle = colours((hottest - 100) / most);
        context.fillRect(left, top, right - left, bottom - top);
      }
    }
  }
}

function first(part, whole, parts) {
  return Math.floor((part * whole) / parts);
}

/** Returns a function from −1 (coldest) over 0 (the mean) to 1 (hottest) to a colour. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const stops = STOPS.map((name) => {
    const hex = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  });
  return (place) => {
    const at = Math.min(Math.max(2 + 2 * place, 0), 4);
    const from = Math.min(Math.floor(at), 3);
    const mixed = stops[from].map((value, part) => Math.round(value + (stops[from + 1][part] - value) * (at - from)));
    return `rgb(${mixed.join(" ")})`;
  };
}

function drawLegend(most, colours) {
  const low = Math.max(0, 100 - most);
  const high = 100 + most;
  const steps = 48;
  const bar = element("canvas", { width: steps, height: 1 });
  const context = bar.getContext("2d");
  for (let step = 0; step < steps; step++) {
    const heat = low + ((high - low) * (step + 0.5)) / steps;
    context.fillStyle = colours((heat - 100) / most);
    context.fillRect(step, 0, 1, 1);
  }
  const mean = element("span", { class: "mean" }, "1 = mean");
  mean.style.left = (100 * (100 - low)) / (high - low) + "%";
  legend.replaceChildren(
    bar,
    element("span", { class: "low" }, (low / 100).toFixed(1)),
    mean,
    element("span", { class: "high" }, (high / 100).toFixed(1) + " × mean"),
  );
}

function mark() {
  for (const { marker } of Object.values(maps)) {
    marker.hidden = cursor === null;
    if (cursor !== null) {
      marker.style.left = (100 * cursor.rank) / shown.ranks + "%";
      marker.style.width = 100 / shown.ranks + "%";
      marker.style.top = (100 * cursor.layer) / shown.layers + "%";
      marker.style.height = 100 / shown.layers + "%";
    }
  }
}

function tell() {
  if (cursor === null) {
    const before = hottest(shown.before);
    const after = hottest(shown.after);
    say(
      "heat-readout",
      `Hottest before: layer ${before.layer}, rank ${before.rank} with ${ratio(before.heat)} × mean. ` +
        `After: layer ${after.layer}, rank ${after.rank} with ${ratio(after.heat)} × mean.`,
    );
    return;
  }
  const at = cursor.layer * shown.ranks + cursor.rank;
  say(
    "heat-readout",
    `Layer ${cursor.layer}, rank ${cursor.rank}: ${ratio(shown.before[at])} × mean before, ${ratio(shown.after[at])} × mean after.`,
  );
}

/** Returns the hottest cell of all layers, or of one. */
function hottest(cells, layer = null) {
  const from = layer === null ? 0 : layer * shown.ranks;
  const to = layer === null ? cells.length : from + shown.ranks;
  let at = from;
  for (let cell = from; cell < to; cell++) {
    if (cells[cell] > cells[at]) {
      at = cell;
    }
  }
  return { layer: Math.floor(at / shown.ranks), rank: at % shown.ranks, heat: cells[at] };
}

function ratio(percent) {
  return (percent / 100).toFixed(2);
}

function fillTable() {
  const rows = [];
  for (let layer = 0; layer < shown.layers; layer++) {
    const before = hottest(shown.before, layer);
    const after = hottest(shown.after, layer);
    rows.push(before.heat === 0 ? [layer, "idle", "–", "idle", "–"] : [layer, ratio(before.heat), before.rank, ratio(after.heat), after.rank]);
  }
  details
    .querySelector("div")
    .replaceChildren(
      table(
        "The hottest rank of each layer, its load over the mean",
        ["Layer", "Before", "Rank", "After", "Rank"],
        rows,
      ),
    );
}

function point(event) {
  const cells = event.target.closest(".cells");
  if (shown === null || cells === null) {
    return;
  }
  const area = cells.getBoundingClientRect();
  place(
    Math.floor(((event.clientY - area.top) / area.height) * shown.layers),
    Math.floor(((event.clientX - area.left) / area.width) * shown.ranks),
  );
}

function place(layer, rank) {
  cursor = {
    layer: Math.min(Math.max(layer, 0), shown.layers - 1),
    rank: Math.min(Math.max(rank, 0), shown.ranks - 1),
  };
  mark();
  tell();
}

function leave() {
  cursor = null;
  if (shown !== null) {
    mark();
    tell();
  }
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

box.addEventListener("pointermove", point);
box.addEventListener("pointerdown", point);
box.addEventListener("pointerleave", leave);
box.addEventListener("blur", leave);
box.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (step !== undefined && shown !== null) {
    event.preventDefault();
    const from = cursor ?? hottest(shown.before);
    place(from.layer + (cursor === null ? 0 : step[0]), from.rank + (cursor === null ? 0 : step[1]));
  } else if (event.key === "Escape") {
    leave();
  }
});
details.addEventListener("toggle", () => details.open && shown !== null && fillTable());
new ResizeObserver(redraw).observe(box);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
for (const moment of ["beforeprint", "afterprint"]) {
  addEventListener(moment, () => {
    document.documentElement.classList.toggle("printing", moment === "beforeprint");
    redraw();
  });
}
