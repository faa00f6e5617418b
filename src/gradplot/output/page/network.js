// The network, its numbers as people read them, and what is proven of it.

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
