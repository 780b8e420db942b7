// The page: keeps what the stream says, and shows the chosen model.

import { clock, millis, par, showPlans } from "./chart.js";
import { element, say, table } from "./element.js";
import { showHeat } from "./heat.js";
import { listen } from "./stream.js";

const TOKEN = "eplb-token";
const SHOWN_ROUNDS = 20;

const models = new Map(); // Address of a model, as in the hash → its state.
const rounds = new Map(); // Group → the state of its rounds.
const byId = (id) => document.getElementById(id);

let directoryKnown = false;
let showing = false;
let stop = () => {};

function address(group, model) {
  return `#${encodeURIComponent(group)}/${encodeURIComponent(model)}`;
}

// The stream

const receive = {
  directory({ topics }) {
    const known = new Set(topics.map((topic) => `${topic.kind} ${address(topic.group, topic.model)}`));
    for (const [key] of models) {
      if (!known.has(`model ${key}`)) {
        models.delete(key);
      }
    }
    for (const [group] of rounds) {
      if (!known.has(`rounds ${address(group, "")}`)) {
        rounds.delete(group);
      }
    }
    directoryKnown = true;
  },
  model(state) {
    models.set(address(state.group, state.model), state);
  },
  rounds(state) {
    rounds.set(state.group, state);
  },
};

function connect(token) {
  stop();
  showExample(token);
  connection("wait", "Connecting");
  stop = listen(token, {
    open() {
      byId("token").hidden = true;
      connection("live", "Live");
    },
    event(name, state) {
      receive[name]?.(state);
      showSoon();
    },
    lost(pause) {
      connection("lost", `Connection lost; next try in ${Math.round(pause / 1000)} s`);
    },
    refused() {
      connection("lost", "Token needed");
      say("token-problem", token === null ? "" : "The service does not accept this token.");
      sessionStorage.removeItem(TOKEN);
      byId("token").hidden = false;
      byId("token-text").focus();
    },
  });
}

/** Shows how to ask by hand. The token itself is not written out. */
function showExample(token) {
  const headers = (token === null ? "" : `-H "Authorization: Bearer $EPLB_TOKEN" `) + `-H "Content-Type: application/json"`;
  const body = JSON.stringify({ load: [[9, 1, 1, 1]], ranks: 2, slots: 6 });
  say("example", `curl ${headers} -d '${body}' ${location.origin}/v1/groups/try/plan`);
}

function connection(state, text) {
  byId("connection").dataset.state = state;
  say("connection", text);
}

byId("token").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = byId("token-text").value.trim();
  byId("token-text").value = "";
  sessionStorage.setItem(TOKEN, token);
  connect(token);
});

// What is shown

/** Returns what can be chosen: each model, and each group whose ranks have not agreed on a plan yet. */
function entries() {
  const found = [...models].map(([key, model]) => ({ key, group: model.group, model }));
  const planned = new Set(found.map((entry) => entry.group));
  for (const group of rounds.keys()) {
    if (!planned.has(group)) {
      found.push({ key: address(group, ""), group, model: null });
    }
  }
  return found.sort((a, b) => a.group.localeCompare(b.group) || a.key.localeCompare(b.key));
}

/** Shows the state with the next frame: of many events at once only the last is drawn. */
function showSoon() {
  if (!showing) {
    showing = true;
    requestAnimationFrame(() => {
      showing = false;
      show();
    });
  }
}

function show() {
  const all = entries();
  const chosen = all.find((entry) => entry.key === location.hash) ?? all[0] ?? null;
  byId("empty").hidden = !directoryKnown || chosen !== null;
  byId("model").hidden = chosen === null;
  showGroups(all, chosen);
  if (chosen === null) {
    document.title = "EPLB planning service";
    return;
  }
  const { group, model } = chosen;
  document.title = `${group} · EPLB planning service`;
  say("model-group", group);
  byId("planned").hidden = model === null;
  if (model === null) {
    showNoPlan();
  } else {
    showTitle(model);
    showFigures(model);
    showHeat(model);
    showPlans(model);
    showOptions(model);
    showRejected(model);
  }
  showRounds(rounds.get(group)?.rounds ?? []);
}

function showGroups(all, chosen) {
  byId("groups").hidden = all.length === 0;
  const focused = document.activeElement?.closest("#group-list a")?.getAttribute("href");
  const links = all.map(({ key, group, model }) => {
    const last = model?.plans[model.plans.length - 1];
    return element(
      "a",
      { href: key, ...(key === chosen.key ? { "aria-current": "page" } : {}) },
      element("span", { class: "name" }, group),
      element("span", { class: "shape" }, model === null ? "no plan yet" : model.model.replace("x", " × ")),
      element("span", { class: "par", "data-outcome": last?.outcome ?? "" }, last === undefined ? "" : `PAR ${par(last.predicted?.[0])}`),
    );
  });
  byId("group-list").replaceChildren(...links.map((link) => element("li", {}, link)));
  links.find((link) => link.getAttribute("href") === focused)?.focus();
}

function showNoPlan() {
  say("model-shape", "no plan yet");
  byId("last-outcome").dataset.outcome = "";
  say("last-outcome", "waiting");
  say("last-plan", "for a round in which all ranks ask the same in time");
  byId("last-reason").hidden = true;
}

function showTitle(model) {
  const last = model.plans[model.plans.length - 1];
  say("model-shape", `${model.model.replace("x", " layers × ")} experts on ${model.ranks} ranks`);
  byId("last-outcome").dataset.outcome = last.outcome;
  say("last-outcome", last.outcome);
  say("last-plan", `plan ${last.number} at ${clock(last.time)}`);
  byId("last-reason").hidden = last.reason === "";
  say("last-reason", last.reason);
}

function showFigures(model) {
  const last = model.plans[model.plans.length - 1];
  const figures = [
    ["PAR before", par(last.before?.[0]), "table in force, expected"],
    ["PAR predicted", par(last.predicted?.[0]), "planned table, expected"],
    ["PAR measured", par(last.measured?.[0]), "newest window, table in force"],
    ["Experts moved", last.moved.toLocaleString("en"), "to be received by ranks"],
    ["Time of the plan", millis(last.millis), "policy and check"],
    ["History", model.history.toLocaleString("en"), model.history === 1 ? "window of load" : "windows of load"],
  ];
  byId("figures").replaceChildren(
    ...figures.map(([name, value, about]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value), element("dd", { class: "about" }, about)),
    ),
  );
}

function showOptions(model) {
  const pairs = [["policy", model.policy], ["dispatch", model.dispatch], ...Object.entries(model.options)];
  byId("options").replaceChildren(
    ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

function showRejected(model) {
  const last = model.plans[model.plans.length - 1];
  const count = last.rejected;
  if (count === 0) {
    const why = last.outcome === "policy failed" ? "None: the policy gave no rows." : "None: every new row kept the contract.";
    byId("rejected").replaceChildren(element("p", { class: "none" }, why));
    return;
  }
  const rows = model.rejected.map((layer) => [layer.layer, layer.rule, layer.message]);
  const caption = count > rows.length ? `${count} layers keep their rows; the first ${rows.length}` : `${count} of ${model.layers} layers keep their rows`;
  byId("rejected").replaceChildren(table(caption, ["Layer", "Rule", "What is wrong"], rows));
}

function showRounds(all) {
  if (all.length === 0) {
    byId("rounds").replaceChildren(element("p", { class: "none" }, "None: this group’s engine asks without rank and round."));
    return;
  }
  const newest = all.slice(-SHOWN_ROUNDS).reverse();
  const divided = all.filter((round) => !round.unanimous).length;
  const caption = `The last ${newest.length} rounds, newest first` + (divided === 0 ? "; all ranks agreed" : `; of ${all.length} kept, ${divided} without agreement`);
  const rows = newest.map((round) => [
    round.round,
    clock(round.time),
    element("span", { class: "badge", "data-outcome": round.unanimous ? (round.changed ? "changed" : "unchanged") : "divided" }, round.unanimous ? (round.changed ? "changed" : "unchanged") : "no agreement"),
    `${round.world - round.missingCount} of ${round.world}`,
    ranks(round.missing, round.missingCount),
    ranks(round.different, round.differentCount),
    round.reason,
  ]);
  byId("rounds").replaceChildren(
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rounds" },
      table(caption, ["Round", "Time", "Outcome", "Asked", "Late", "Different", "Reason"], rows),
    ),
  );
}

function ranks(named, count) {
  if (count === 0) {
    return "–";
  }
  return named.join(", ") + (count > named.length ? ` and ${count - named.length} more` : "");
}

addEventListener("hashchange", () => {
  show();
  scrollTo(0, 0);
});
connect(sessionStorage.getItem(TOKEN));
