import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bind } from "../../src/engine/formats/onnx/bind.ts";
import { readModel } from "../../src/engine/formats/onnx/structure.ts";
import type { Evaluate } from "../../src/engine/formats/format.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import { float32, type FloatTensor, type Tensor } from "../../src/shared/tensor.ts";

// Written by scripts/conformance/fixtures.py: small networks, an input x, PyTorch's output y, a dy and dx = dy · ∂y/∂x.
const folder = fileURLToPath(new URL("../fixtures/gradients/", import.meta.url));
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".onnx") ? [file.slice(0, -5)] : []));

/** Allowed difference, as a share of the largest number: PyTorch's are in double precision, ours in single. */
const share = 2e-5;

type Recorded = Readonly<Record<"x" | "y" | "dy" | "dx", FloatTensor>>;
type Stored = Readonly<Record<keyof Recorded, { readonly shape: readonly number[]; readonly data: string }>>;

function recorded(name: string): Recorded {
  const stored = JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) as Stored;
  const tensor = ({ shape, data }: Stored["x"]) =>
    float32(shape, new Float32Array(new Uint8Array(Buffer.from(data, "base64")).buffer));
  return { x: tensor(stored.x), y: tensor(stored.y), dy: tensor(stored.dy), dx: tensor(stored.dx) };
}

const evaluate: Evaluate = (graph, outputs) => {
  const blank = graph.inputs.map(
    (input) => [input, float32(input.shape, new Float32Array(input.shape.reduce((a, b) => a * b, 1)))] as const,
  );
  return run(graph, outputs, new Map(blank));
};

async function run(
  graph: Parameters<Evaluate>[0],
  outputs: readonly Value[],
  feeds: ReadonlyMap<Value, Tensor>,
): Promise<Tensor[]> {
  const session = await Session.open(graph, outputs, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

function assertClose(actual: Tensor | undefined, expected: FloatTensor, what: string): void {
  assert.deepEqual(actual?.shape, expected.shape, `the shape of ${what}`);
  const data = actual?.data as Float32Array;
  const largest = expected.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (const [i, wanted] of expected.data.entries())
    assert.ok(
      Math.abs((data[i] ?? NaN) - wanted) <= share * largest,
      `${what}[${i}]: PyTorch has ${wanted}, computed was ${data[i]} (the largest is ${largest})`,
    );
}

describe("PyTorch's numbers for", function () {
  this.timeout(20_000);

  for (const name of names)
    it(name, async () => {
      const { x, y, dy, dx } = recorded(name);
      const model = readModel(`${folder}${name}.onnx`);
      assert.deepEqual(model.problems, []);
      const [batch = 1, channels, height = 1, width = 1] = x.shape;
      const picture = { name: "x", layout: "NCHW", channels, height, width, written: x.shape } as const;
      const network = await bind(model, picture, { batch, height, width }, evaluate);
      assert.deepEqual(network.problems, []);
      const [output] = network.outputs;
      assert.ok(output);
      const seed = network.graph.input("dy", { dtype: "float32", shape: output.shape });
      const [gradient] = differentiate(network.graph, output, seed, [network.input]);
      const feeds = new Map<Value, Tensor>([
        [network.input, x],
        [seed, dy],
      ]);
      // Two programs, as in the product: the runtime optimises a forward pass alone differently.
      const [ours] = await run(network.graph, [output], feeds);
      assertClose(ours, y, "y");
      const [back] = await run(network.graph, [gradient as Value], feeds);
      assertClose(back, dx, "dx");
    });
});

describe("the recorded fixtures", () => {
  it("are there", () => assert.ok(names.length > 200));
});
