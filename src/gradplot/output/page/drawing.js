// The picture of one state, as the still has it.

const SVG = "http://www.w3.org/2000/svg";
function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
// Text with what stands after ^ raised.
function label(text, attributes, size) {
  const [plain, exponent] = text.split("^"), made = element("text", attributes, plain);
  if (exponent !== undefined)
    made.append(element("tspan", { dy: -0.42 * size, "font-size": 0.72 * size }, exponent));
  return made;
}
// Places at least `step` apart, near those wanted (which ascend), within [low, high].
function spread(wanted, step, low, high) {
  const places = [];
  for (const place of wanted)
    places.push(Math.max(place, low, places.length ? places.at(-1) + step : -Infinity));
  let limit = high;
  for (let k = places.length - 1; k >= 0; k--, limit -= step)
    places[k] = Math.min(places[k], limit);
  return places;
}

// Which of `count` things to show where only `room` fit: evenly, both ends too, last one first.
function thinned(count, room) {
  const most = Math.min(count, room);
  if (most < 2) return [count - 1];
  return [...Array(most).keys()].map((k) => Math.round((k * (count - 1)) / (most - 1))).reverse();
}
const FEW = 8, MOST_DOTS = 24; // more dots would hide the curves
const PANELS = { both: ["value", "slope"], value: ["value"], slope: ["slope"] }[data.panels];
// Letters of the longest number beside the slope's panel; what stands after ^ is smaller.
const letters = (text) => text.length - 0.28 * (text.split("^")[1] ?? "").length;
const LONGEST = Math.max(...data.proven.flat(2).map((each) => letters(each[1])));
const HEADINGS = { value: "value  y", slope: "slope  |dy/dx|" };

function draw() {
  const picture = byId("picture");
  const width = Math.max(300, Math.round(picture.parentElement.clientWidth) || 800);
  const narrow = width < 560, font = narrow ? 13 : 16;
  const left = 3.4 * font, top = 1.8 * font;
  const right = Math.min(Math.max(narrow ? 6.4 : 7.2, 1.2 + 0.6 * LONGEST) * font, 0.4 * width);
  const panel = narrow ? 170 : 230, gap = 2.2 * font, across = width - left - right;
  const height = PANELS.length * (panel + gap) + top + 0.6 * font;
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("font-size", font);
  const count = state.depth, now = proven();
  const xs = samples(across), points = xs.map((x) => network(x, state, count));
  const peaks = [];
  for (let k = 0; k < count; k++)
    peaks.push(now ? { x: now[k][2], y: now[k][3] } : sampledPeak(xs, points, k, state));
  const parts = [element("defs", {})];
  const toX = (x) => left + ((x - X_LOW) / (X_HIGH - X_LOW)) * across;
  PANELS.forEach((kind, number_) => {
    const above = top + number_ * (panel + gap), [low, high] = data[kind];
    const toY = (y) => above + panel - ((y - low) / (high - low)) * panel;
    const box = { left, above, across, panel, right: left + across };
    parts[0].append(clip(kind, box));
    parts.push(...frame(kind, box, toX, toY, font, number_ === PANELS.length - 1));
    const at = kind === "value" ? 0 : 1;
    for (let k = count - 1; k >= 0; k--) {
      // A certified peak may be too narrow for any sample, but it is on the curve.
      const extra = at && now && peaks[k].x !== null && peaks[k].y !== null ? [peaks[k]] : [];
      parts.push(curve(kind, k, outline(xs, points, k, at, extra, toX, toY, panel), font));
    }
    if (at) parts.push(...tips(peaks, now, box, toX, toY, font));
    else parts.push(...key(count, box, font));
  });
  picture.replaceChildren(...parts);
  return peaks;
}

function samples(across) {
  const cells = Math.max(2, Math.min(4000, 3 * Math.round(across))), found = [];
  for (let k = 0; k <= cells; k++) found.push(X_LOW + ((X_HIGH - X_LOW) * k) / cells);
  found[cells] = X_HIGH;
  return found;
}

function clip(kind, { left, above, across, panel }) {
  const made = element("clipPath", { id: "clip-" + kind });
  made.append(element("rect", { x: left, y: above, width: across, height: panel }));
  return made;
}

function frame(kind, box, toX, toY, font, last) {
  const { left, above, across, panel, right } = box, [low, high] = data[kind], made = [];
  const line = (x1, y1, x2, y2, name) => made.push(element("line", { x1, y1, x2, y2, class: name }));
  const small = { "font-size": 0.85 * font, class: "muted" };
  const most = Math.max(2, Math.floor(panel / (1.7 * font)));
  for (const [y, text] of (kind === "value" ? linear : decades)(low, high, Math.min(most, 6))) {
    line(left, toY(y), right, toY(y), "grid");
    made.push(element("text", { x: left - 0.45 * font, y: toY(y) + 0.3 * font,
      "text-anchor": "end", ...small }, text));
  }
  for (const [x, text] of linear(X_LOW, X_HIGH, Math.max(2, Math.floor(across / (5.5 * font))))) {
    line(toX(x), above, toX(x), above + panel, "grid");
    if (last)
      made.push(element("text", { x: toX(x), y: above + panel + 1.2 * font,
        "text-anchor": "middle", ...small }, text));
  }
  if (last) made.push(element("text", { x: right + 0.8 * font, y: above + panel + 1.2 * font,
    class: "muted" }, "x"));
  line(left, above + panel, right, above + panel, "axis");
  if (low < 0 && high > 0) line(left, toY(0), right, toY(0), "axis");
  made.push(element("text", { x: left, y: above - 0.5 * font, class: "muted",
    "font-size": 0.9 * font }, HEADINGS[kind]));
  return made;
}

function outline(xs, points, k, at, extra, toX, toY, panel) {
  const all = xs.map((x, i) => [x, points[i][k][at]]);
  for (const peak of extra) all.push([peak.x, peak.y]);
  if (extra.length) all.sort((one, other) => one[0] - other[0]);
  const far = 3 * panel, path = [];
  let open = false;
  for (const [x, y] of all) {
    if (!(y > -Infinity)) {
      open = false;
      continue;
    }
    const down = Math.min(Math.max(toY(y), -far), 2 * far);
    path.push(`${open ? "L" : "M"}${toX(x).toFixed(2)} ${down.toFixed(2)}`);
    open = true;
  }
  return path.join("");
}

const curve = (kind, k, d, font) => element("path", { d, class: `curve k${k}`,
  "stroke-width": (data.widths[k] * font).toFixed(2), "clip-path": `url(#clip-${kind})`,
  "data-kind": kind, "data-depth": data.depths[k] });

function key(count, box, font) {
  const made = [], rows = Math.floor(box.panel / (1.4 * font));
  thinned(count, rows).forEach((k, place) => {
    const y = box.above + (place + 0.7) * 1.4 * font, x = box.right + 0.9 * font;
    made.push(element("line", { x1: x, y1: y, x2: x + 1.4 * font, y2: y, class: `k${k}`,
      "stroke-width": (data.widths[k] * font).toFixed(2) }));
    made.push(element("text", { x: x + 1.8 * font, y: y + 0.35 * font,
      "font-size": 0.9 * font }, (across_(box) ? "" : "depth ") + data.depths[k]));
  });
  return made;
}
const across_ = (box) => box.across < 360; // no room for the word

function tips(peaks, now, box, toX, toY, font) {
  const made = [], row = 1.4 * font, rows = Math.floor(box.panel / row);
  const height = (k) => {
    const y = peaks[k].y;
    if (now && now[k][3] === null) return now[k][0] === "0" ? box.above + box.panel : box.above;
    return Math.min(Math.max(toY(y), box.above), box.above + box.panel);
  };
  const shown = thinned(peaks.length, rows)
    .sort((one, other) => height(one) - height(other) || other - one);
  const places = spread(shown.map(height), row, box.above + 0.4 * font,
    box.above + box.panel - 0.3 * font);
  shown.forEach((k, place) => {
    const { x, y } = peaks[k], text = now ? now[k][1] : "≥ " + sampledText(y);
    const start = box.right + 0.9 * font, down = places[place];
    if (x !== null && y !== null && y > -Infinity) {
      made.push(element("path", { class: "leader", d: `M${toX(x)} ${height(k)}H${box.right +
        0.3 * font}L${start - 0.2 * font} ${down}` }));
    }
    made.push(label(text, { x: start, y: down + 0.35 * font, class: `t${k}`,
      "font-size": 0.9 * font }, 0.9 * font));
  });
  const few = peaks.length <= FEW;
  thinned(peaks.length, MOST_DOTS).forEach((k) => {
    const { x, y } = peaks[k];
    if (x === null || y === null || y === -Infinity || height(k) !== toY(y)) return;
    made.push(element("circle", { cx: toX(x), cy: toY(y), r: (few ? 0.3 : 0.2) * font,
      class: now ? `dot d${k}` : `open k${k}`, "data-depth": data.depths[k] }));
  });
  return made;
}
