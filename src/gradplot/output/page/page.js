// Words and sliders, which change the state.

// ---- words ------------------------------------------------------------------------------------------

function rows(peaks, now) {
  const made = peaks.map(({ x, y }, k) => {
    const row = document.createElement("tr"), head = document.createElement("th");
    head.scope = "row";
    head.textContent = data.depths[k];
    row.append(head);
    const slope = now ? now[k][0] : `at least ${sampledText(y)}, not proven`;
    for (const text of [slope, x === null ? "" : number(x)]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  });
  byId("numbers").replaceChildren(...made);
}

function sentence(peaks, now) {
  const { weight, bias } = state, told = peaks.map(({ y }, k) =>
    `${now ? now[k][0] : "at least " + sampledText(y)} at depth ${data.depths[k]}`);
  const few = told.length > 8
    ? [...told.slice(0, 3), `${told.length - 6} more between`, ...told.slice(-3)] : told;
  const verdict = now && data.verdicts[now[state.depth - 1][4]];
  return `A network of one ${data.activation} unit a layer with weight ${number(weight)} and ` +
    `bias ${number(bias)}, for x from ${data.xText}. Maximum slope ${few.join(", ")}` +
    (now ? "." : "; sampled, not proven.") + (verdict ? " " + verdict : "");
}

let speaking = 0;
function update() {
  const peaks = draw(), now = proven();
  rows(peaks, now);
  byId("proof").className = now ? "" : "sampled";
  byId("nearest").disabled = now !== null;
  for (const slider of sliders) slider.show(now);
  clearTimeout(speaking); // a slider on its way says nothing yet
  speaking = setTimeout(() => { byId("said").textContent = sentence(peaks, now); }, 250);
}

// ---- controls -------------------------------------------------------------------------------------

const html = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const nearest = (stops, value) =>
  stops.reduce((best, stop) => (Math.abs(stop - value) < Math.abs(best - value) ? stop : best));

// Arrow keys go from stop to stop; with Shift they go a tenth of that, between stops.
function moved(event, stops, value) {
  const up = { ArrowRight: 1, ArrowUp: 1, PageUp: 4, ArrowLeft: -1, ArrowDown: -1, PageDown: -4 };
  if (event.key === "Home") return stops[0];
  if (event.key === "End") return stops.at(-1);
  const by = up[event.key];
  if (by === undefined) return null;
  const span = (stops.at(-1) - stops[0]) / (stops.length - 1);
  if (event.shiftKey) {
    const tenth = Number((span / 10).toPrecision(1)); // a round number, and so are its places
    return Number(Math.min(Math.max(value + by * tenth, stops[0]), stops.at(-1)).toPrecision(6));
  }
  const next = by > 0 ? stops.filter((stop) => stop > value) : stops.filter((stop) => stop < value).reverse();
  return next.length ? next[Math.min(Math.abs(by), next.length) - 1] : value;
}

function continuous(name, letter) {
  const { stops, own } = data[name], low = stops[0], high = stops.at(-1);
  const marks = html("datalist", { id: name + "-stops" },
    ...stops.map((stop) => html("option", { value: stop })));
  const range = html("input", { type: "range", id: name, min: low, max: high, step: "any",
    value: own, list: name + "-stops" });
  const field = html("input", { type: "number", id: name + "-value", min: low, max: high,
    step: "any", value: own, "aria-label": `${name}, from ${number(low)} to ${number(high)}` });
  const set = (value) => { state[name] = value; update(); };
  range.addEventListener("input", () => {
    const value = range.valueAsNumber, stop = nearest(stops, value);
    set(Math.abs(stop - value) < 0.012 * (high - low) ? stop : Number(value.toPrecision(4)));
  });
  range.addEventListener("keydown", (event) => {
    const value = moved(event, stops, state[name]);
    if (value === null) return;
    event.preventDefault();
    set(value);
  });
  field.addEventListener("change", () => {
    const value = field.valueAsNumber;
    set(Number.isFinite(value) ? Math.min(Math.max(value, low), high) : state[name]);
  });
  byId("controls").append(
    html("label", { for: name }, name + " ", html("i", {}, letter)), range, field, marks);
  return {
    show(now) {
      range.value = state[name];
      field.value = state[name];
      range.setAttribute("aria-valuetext",
        `${number(state[name])}, ${now ? "proven" : "not proven"}`);
    },
    reset() { state[name] = own; },
    settle() { state[name] = nearest(stops, state[name]); },
  };
}

function depths() {
  const last = data.depths.length;
  const range = html("input", { type: "range", id: "depth", min: 1, max: last, step: 1, value: last });
  const shown = html("output", { for: "depth", id: "depth-value" });
  range.addEventListener("input", () => { state.depth = range.valueAsNumber; update(); });
  byId("controls").append(html("label", { for: "depth" }, "depth"), range, shown);
  return {
    show() {
      range.value = state.depth;
      range.setAttribute("aria-valuetext", `depth ${data.depths[state.depth - 1]}`);
      shown.textContent = data.depths[state.depth - 1];
    },
    reset() { state.depth = last; },
    settle() {},
  };
}

const sliders = [continuous("weight", "w"), continuous("bias", "b")];
if (data.depths.length > 1) sliders.push(depths());
const buttons = html("div", { class: "wide" });
for (const [id, text, does] of [["reset", "Reset", "reset"], ["nearest", "Nearest proven numbers", "settle"]]) {
  const button = html("button", { type: "button", id }, text);
  button.addEventListener("click", () => {
    for (const slider of sliders) slider[does]();
    update();
    byId("weight").focus();
  });
  buttons.append(button);
}
// Last comes what is there only at times.
const hint = "Arrow keys go from stop to stop, with Shift between them.";
byId("controls").append(buttons);
byId("nearest").before(html("span", { class: "keys" }, hint));
byId("controls").addEventListener("submit", (event) => event.preventDefault());
byId("play").hidden = false;
document.documentElement.className = "live";
update();
addEventListener("resize", update);
