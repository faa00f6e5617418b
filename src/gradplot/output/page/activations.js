"use strict";
// Each activation as a pair of functions of z: its value, and the natural logarithm of its slope's
// size (-Infinity where the slope is 0). Parameters come in the order of the activation's own.
const ACTIVATIONS = (() => {
  const INF = Infinity, HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);
  const clip = (z, low, high) => Math.min(Math.max(z, low), high);
  const sigmoid = (z) => {
    const e = Math.exp(-Math.abs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
  };
  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  const logSigmoid = (z) => -softplus(-z);
  const logAbs = (y) => Math.log(Math.abs(y));
  const square = (z) => Math.min(z * z, 1e300);
  const pdf = (z) => Math.exp(-0.5 * square(z) - HALF_LOG_TAU);
  // (1 - cdf(t)) / pdf(t) for t >= 2, by its continued fraction.
  const mills = (t) => {
    let below = t;
    for (let k = Math.ceil(20 + 400 / (t * t)); k > 0; k--) below = t + k / below;
    return 1 / below;
  };
  // erf by its series of positive terms, beyond 3 by the tail.
  const erf = (z) => {
    const t = Math.abs(z);
    if (t > 3) return Math.sign(z) * (1 - 2 * mills(t * Math.SQRT2) * pdf(t * Math.SQRT2));
    let term = z, sum = z;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
  };
  const cdf = (z) => (z < -2 ? mills(-z) * pdf(z) : 0.5 * (1 + erf(z * Math.SQRT1_2)));
  const C = Math.sqrt(2 / Math.PI), K = 0.044715;
  const between = (z, low, high, inside) => (z > low && z < high ? inside : -INF);
  const elu = (alpha, scale = 1) => [
    (z) => scale * (z > 0 ? z : alpha * Math.expm1(z)),
    (z) => Math.log(scale) + (z > 0 ? 0 : z + Math.log(alpha)),
  ];
  const clamp = (low, high) => [(z) => clip(z, low, high), (z) => between(z, low, high, 0)];
  return {
    identity: () => [(z) => z, () => 0],
    relu: () => [(z) => Math.max(0, z), (z) => (z > 0 ? 0 : -INF)],
    relu6: () => clamp(0, 6),
    leaky_relu: (alpha) => [(z) => (z > 0 ? z : alpha * z), (z) => (z > 0 ? 0 : Math.log(alpha))],
    hardtanh: () => clamp(-1, 1),
    hardsigmoid: () => [(z) => clip(z + 3, 0, 6) / 6, (z) => between(z, -3, 3, -Math.log(6))],
    elu: (alpha) => elu(alpha),
    selu: () => elu(1.6732632423543772, 1.0507009873554805),
    softplus: () => [softplus, logSigmoid],
    softsign: () => [(z) => z / (1 + Math.abs(z)), (z) => -2 * Math.log1p(Math.abs(z))],
    sigmoid: () => [sigmoid, (z) => logSigmoid(z) + logSigmoid(-z)],
    tanh: () => [
      Math.tanh,
      (z) => 2 * (Math.LN2 - Math.abs(z) - Math.log1p(Math.exp(-2 * Math.abs(z)))),
    ],
    arctan: () => [Math.atan, (z) => -2 * Math.log(Math.hypot(1, z))],
    erf: () => [erf, (z) => Math.log(2 / Math.sqrt(Math.PI)) - square(z)],
    gelu: () => [
      (z) => z * cdf(z),
      (z) =>
        z < -2
          ? Math.log(-z - mills(-z)) - 0.5 * square(z) - HALF_LOG_TAU
          : logAbs(cdf(z) + z * pdf(z)),
    ],
    gelu_tanh: () => {
      const near = (z) => clip(z, -1e100, 1e100);
      const argument = (z) => 2 * C * near(z) * (1 + K * near(z) ** 2);
      return [
        (z) => z * sigmoid(argument(z)),
        (z) => {
          const v = argument(z);
          const bend = 2 * C * near(z) * (1 + 3 * K * near(z) ** 2) * sigmoid(-v);
          return logSigmoid(v) + logAbs(1 + bend);
        },
      ];
    },
    silu: () => [
      (z) => z * sigmoid(z),
      (z) => logSigmoid(z) + logAbs(1 + z * sigmoid(-z)),
    ],
    mish: () => [
      (z) => {
        const e = Math.exp(-Math.abs(z)), right = 1 + 2 * e, left = e * (e + 2);
        return z * (z >= 0 ? right / (right + 2 * e * e) : left / (left + 2));
      },
      (z) => {
        const e = Math.exp(-Math.abs(z)), up = z >= 0;
        const c = up ? 1 + 2 * e * (1 + e) : e * (e + 2) + 2;
        const a = (up ? 1 + 2 * e : e + 2) * c;
        const b = 4 * clip(z, -1e300, 1e300) * (1 + e) * (up ? e * e : 1);
        return Math.min(z, 0) + logAbs(a + b) - 2 * Math.log(c);
      },
    ],
    hardswish: () => [
      (z) => (z >= 3 ? z : (clip(z, -3, 3) * (clip(z, -3, 3) + 3)) / 6),
      (z) => (z <= -3 ? -INF : z >= 3 ? 0 : logAbs(2 * z + 3) - Math.log(6)),
    ],
    sin: () => [Math.sin, (z) => logAbs(Math.cos(z))],
    gaussian: () => [(z) => Math.exp(-square(z)), (z) => Math.LN2 + logAbs(z) - square(z)],
  };
})();
