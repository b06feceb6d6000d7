import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { isStandardized } from "../../src/engine/graph/standardized.ts";
import { descendants } from "../../src/engine/propagation/differentiate.ts";
import { float32 } from "../../src/shared/tensor.ts";

const ε = 1e-5;
const last = [3];

interface Parts {
  readonly g: Builder;
  readonly x: Value;
  readonly gain: Value;
  readonly bias: Value;
}

const centred = ({ g, x }: Parts) => g.sub(x, g.mean(x, last));

/** (x − mean) / √(variance + ε), as PyTorch exports it below opset 17. */
const divided = (parts: Parts) => {
  const { g } = parts;
  const c = centred(parts);
  return g.div(c, g.sqrt(g.add(g.mean(g.pow(c, 2), last), ε)));
};

/** gain / √(variance + ε), which TensorFlow multiplies both x and its mean by. */
const inverse = (parts: Parts) => {
  const { g, gain } = parts;
  const c = centred(parts);
  return g.mul(g.one("Reciprocal", [g.sqrt(g.add(ε, g.mean(g.mul(c, c), last)))]), gain);
};

const standardized: Readonly<Record<string, (parts: Parts) => Value>> = {
  "an operator's": ({ g, x, gain, bias }) => g.one("LayerNormalization", [x, gain, bias]),
  "an operator's, with gain and bias after it, as a GroupNorm's": ({ g, x, gain, bias }) => {
    const ones = g.constant(float32([2], [1, 1]));
    return g.add(g.mul(g.one("InstanceNormalization", [x, ones, ones]), gain), bias);
  },
  "PyTorch's, turned back": (parts) => parts.g.transpose(divided(parts), [0, 3, 1, 2]),
  "PyTorch's with gain and bias": (parts) => parts.g.add(parts.g.mul(divided(parts), parts.gain), parts.bias),
  "TensorFlow's": (parts) => {
    const { g, x, bias } = parts;
    const scale = inverse(parts);
    return g.add(g.mul(x, scale), g.sub(bias, g.mul(g.mean(x, last), scale)));
  },
  "JAX's, by 1 / √": (parts) => {
    const { g } = parts;
    const c = centred(parts);
    return g.mul(c, g.div(1, g.sqrt(g.add(g.mean(g.mul(c, c), last), ε))));
  },
  "by its size alone, without a mean": ({ g, x }) => g.div(x, g.sqrt(g.add(g.mean(g.pow(x, 2), last), ε))),
};

const others: Readonly<Record<string, (parts: Parts) => Value>> = {
  "what is centred, not divided": centred,
  "a gain and a bias": ({ g, x, gain, bias }) => g.add(g.mul(x, gain), bias),
  "a variance": ({ g, x }) => g.mean(g.pow(x, 2), last),
  "x, with what is standardized of it": (parts) => parts.g.add(parts.x, divided(parts)),
  "x, as strong as its mean": ({ g, x }) => g.mul(x, g.mean(x, last)),
  "what an activation was made of it": (parts) => parts.g.relu(divided(parts)),
  "what two pictures' parts are put together of": (parts) => parts.g.concat([divided(parts), divided(parts)], 3),
};

function isOne(of: (parts: Parts) => Value): boolean {
  const g = new Builder();
  const x = g.graph.input("x", { dtype: "float32", shape: [1, 2, 4, 6] });
  const numbers = float32([6], [1, 2, 3, 4, 5, 6]);
  const value = of({ g, x, gain: g.constant(numbers), bias: g.constant(numbers) });
  return isStandardized(value, g.graph, descendants(g.graph.nodes, [x]));
}

describe("numbers of one variance whatever the picture", () => {
  for (const [form, of] of Object.entries(standardized)) it(`are ${form}`, () => assert.ok(isOne(of)));
  for (const [form, of] of Object.entries(others)) it(`are not ${form}`, () => assert.ok(!isOne(of)));
});
