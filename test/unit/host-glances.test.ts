import assert from "node:assert/strict";
import { mock } from "node:test";
import type { CancellationToken } from "vscode";
import type { Current } from "../../src/host/current.ts";
import { Glances } from "../../src/host/glances.ts";
import type { LayerHealth } from "../../src/host/layer-health.ts";
import type { Services } from "../../src/host/services.ts";

const model = "/m.onnx";
const layers = ["conv1", "fire2/a", "fire2/b"] as const;
const fire2 = { model, layers: ["fire2/a", "fire2/b"] };
const nothing = () => undefined;

/** As VS Code cancels. */
function source(): { readonly token: CancellationToken; cancel(): void } {
  const listeners: (() => void)[] = [];
  const onCancellationRequested = (listener: () => void) => ({ dispose: nothing, at: listeners.push(listener) });
  const token = { isCancellationRequested: false, onCancellationRequested } as unknown as CancellationToken; // all that is asked of it
  return { token, cancel: () => listeners.forEach((listener) => listener()) };
}
const { token } = source();

describe("glances at layers", () => {
  /** `counting`: before the engine has counted all layers. */
  function looking(counting: Promise<void> = Promise.resolve()) {
    const told: string[] = [];
    const found = { channels: 8, dead: 1, broken: 0 };
    const client = {
      glance: () => Promise.resolve(found),
      counts: () => counting.then(() => layers.map((layer) => ({ layer, ...found }))),
    };
    const services = {
      models: { mayRun: () => true },
      preparations: { of: nothing },
      engine: { client, supervisor: { state: { jobs: [] } } },
    } as unknown as Services; // all that is asked of them
    const health = { round: 0, of: nothing, learn: (_: number, __: string, layer: string) => told.push(layer) };
    const glances = new Glances(services, { photo: "/p.png" } as Current, health as unknown as LayerHealth);
    return { glances, told: () => told.toSorted() };
  }
  const others = ["conv1"];
  const all = [...layers].sort();

  it("keep the badges of the hovered line back until the pointer is on another", async () => {
    const { glances, told } = looking();
    let left = 0;
    glances.enter(fire2, token, () => left++);
    await glances.of({ model, layer: "fire2/b" }, token);
    await glances.counted();
    assert.deepEqual(told(), others);
    glances.enter({ ...fire2 }, token, () => left++);
    assert.deepEqual([told(), left], [others, 0], "it is the same line");
    glances.enter({ model, layers: ["conv1"] }, token, nothing);
    assert.deepEqual([new Set(told()), left], [new Set(all), 1]);
  });

  it("know the pointer to be elsewhere where nobody waits for the hover any more", async () => {
    const { glances, told } = looking();
    const gone = source();
    glances.enter(fire2, gone.token, nothing);
    await glances.of({ model, layer: "fire2/b" }, token);
    await glances.counted();
    gone.cancel();
    assert.deepEqual(new Set(told()), new Set(all));
    let left = 0;
    glances.enter({ ...fire2 }, token, () => left++);
    gone.cancel();
    assert.equal(left, 0, "an older hover was meant");
  });

  it("know it after a while without another hover", async () => {
    const { glances, told } = looking();
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      glances.enter(fire2, token, nothing);
      await glances.of({ model, layer: "fire2/b" }, token);
      await glances.counted();
      mock.timers.tick(10_000);
      glances.enter({ ...fire2 }, token, nothing);
      mock.timers.tick(10_000);
      assert.deepEqual(told(), others);
      mock.timers.tick(10_000);
      assert.deepEqual(new Set(told()), new Set(all));
    } finally {
      mock.timers.reset();
    }
  });

  it("keep nothing back where the hover is not the tree's", async () => {
    const { glances, told } = looking();
    await glances.of({ model, layer: "fire2/b" }, token);
    await glances.counted();
    assert.deepEqual(new Set(told()), new Set(all));
  });

  it("say whether all layers are counted", async () => {
    let counted = nothing as () => void;
    const { glances } = looking(new Promise((resolve) => (counted = resolve)));
    await glances.of({ model, layer: "fire2/b" }, token);
    assert.equal(await glances.counted(), false);
    counted();
    assert.equal(await glances.counted(), true);
  });
});
