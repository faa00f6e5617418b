(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const [act, logSlope] = ACTIVATIONS[data.activation](...data.parameters);
  const LARGEST = Number.MAX_VALUE, LN10 = Math.LN10;
  const [X_LOW, X_HIGH] = data.x;

  // ---- the network, in logarithms: slopes overflow ------------------------------------------------

  // [y, log10|dy/dx|] at x, for each of the first `count` depths.
  function network(x, state, count) {
    const { weight, bias } = state, size = Math.log(Math.abs(weight)), found = [];
    let a = x, log = 0;
    for (let layer = 1, next = 0; next < count; layer++) {
      const b = layer === 1 && data.inputBias !== null ? data.inputBias : bias;
      const z = weight === 0 ? b : Math.min(Math.max(weight * a + b, -LARGEST), LARGEST);
      log += logSlope(z) + size;
      a = act(z);
      if (layer === data.depths[next]) {
        found.push([a, log / LN10]);
        next++;
      }
    }
    return found;
  }

  // The highest sample, climbed from by golden section: a lower bound, but for rounding.
  function sampledPeak(xs, samples, k, state) {
    let best = 0;
    for (let i = 1; i < xs.length; i++) if (samples[i][k][1] > samples[best][k][1]) best = i;
    let low = xs[Math.max(best - 1, 0)], high = xs[Math.min(best + 1, xs.length - 1)];
    let x = xs[best], y = samples[best][k][1];
    if (y === -Infinity) return { x: null, y };
    const height = (at) => network(at, state, k + 1)[k][1], share = (Math.sqrt(5) - 1) / 2;
    for (let step = 0; step < 60; step++) {
      const one = high - share * (high - low), two = low + share * (high - low);
      const first = height(one), second = height(two);
      for (const [at, up] of [[one, first], [two, second]]) if (up > y) [x, y] = [at, up];
      if (first > second) high = two;
      else low = one;
    }
    return { x, y };
  }

  // ---- numbers as people read them ------------------------------------------------------------------

  const RAISED = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((c, k) => [k, c])) };
  const raised = (exponent) => [...String(exponent)].map((c) => RAISED[c]).join("");
  const signed = (text) => text.replace(/-/g, "−");
  function number(value) {
    const text = String(Number(value.toPrecision(6)));
    const [mantissa, exponent] = text.split("e");
    if (exponent === undefined) return signed(text);
    const power = "10" + raised(Number(exponent));
    return signed(mantissa === "1" ? power : mantissa + "·" + power);
  }
  // A sampled slope, given as log10, rounded down: it is a lower bound.
  function sampledText(log) {
    if (log === -Infinity) return "0";
    if (log < -2 || log >= 6) return "10^" + signed((Math.floor(log * 1000) / 1000).toFixed(3));
    const value = 10 ** log, step = 10 ** (Math.floor(log) - 3);
    return signed(String(Number((Math.floor((value / step) * (1 + 1e-12)) * step).toPrecision(4))));
  }

  // ---- ticks, as in the still ---------------------------------------------------------------------

  function linear(low, high, most) {
    const rough = (high - low) / most, power = Math.floor(Math.log10(rough));
    const factor = [1, 2, 2.5, 5, 10].find((f) => f * 10 ** power >= rough * (1 - 1e-9));
    const step = Number(`${factor}e${power}`), found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
      found.push([k * step, number(k * step)]);
    return found;
  }
  function decades(low, high, most) {
    let step = 1;
    for (let k = 0; (high - low) / step > most; k++) step *= k % 3 === 1 ? 2.5 : 2;
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high; k++)
      found.push([k * step, "10" + raised(k * step)]);
    return found;
  }

  // ---- what the sliders say -----------------------------------------------------------------------

  const state = {
    weight: data.weight.own,
    bias: data.bias.own,
    depth: data.depths.length,
  };
  // The proven numbers at this very place; null between stops.
  function proven() {
    const row = data.weight.stops.indexOf(state.weight), column = data.bias.stops.indexOf(state.bias);
    return row < 0 || column < 0 ? null : data.proven[row][column];
  }

  // ---- drawing --------------------------------------------------------------------------------------

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
})();
