// Makes elements. Every text that comes from the service passes through here and stays text.

const SVG = "http://www.w3.org/2000/svg";

/** Returns an element with attributes and children; a child that is no node becomes text. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Returns an SVG element with attributes and children. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Returns a table. A cell is a text, or a node; the first of a row is its header. */
export function table(caption, columns, rows) {
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element(
      "thead",
      {},
      element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column))),
    ),
    element(
      "tbody",
      {},
      ...rows.map((row) =>
        element(
          "tr",
          {},
          ...row.map((cell, at) =>
            at === 0 ? element("th", { scope: "row" }, cell) : element("td", {}, cell),
          ),
        ),
      ),
    ),
  );
}

/** Puts a text into the element of that id. */
export function say(id, text) {
  const target = document.getElementById(id);
  // The same text again would be read out again.
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}
