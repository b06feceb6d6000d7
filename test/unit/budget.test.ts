import assert from "node:assert/strict";
import { join } from "node:path";
import { Budget, programBytes, type Kept } from "../../src/engine/runtime/budget.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import { isPlace } from "../../src/engine/graph/graph.ts";
import { near, ask } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { picture, referenceFile, scoresOf } from "./support/reference-net.ts";

/** How many sessions are alive, and how many were opened while `during` ran. */
async function watched(during: (state: { alive: number; opened: number }) => Promise<void>): Promise<void> {
  const state = { alive: 0, opened: 0 };
  const open = Session.open.bind(Session);
  Session.open = async (...given) => {
    const session = await open(...given);
    state.alive++;
    state.opened++;
    const release = session.release.bind(session);
    session.release = () => {
      state.alive--;
      return release();
    };
    return session;
  };
  try {
    await during(state);
  } finally {
    Session.open = open;
  }
}

describe("the memory of compiled programs", () => {
  afterEach(releaseModels);

  it("is freed of what was not used for longest, and never of what is in use", async () => {
    const released: string[] = [];
    const kept = (name: string, bytes: number, inUse = false): Kept => ({
      bytes,
      inUse,
      release: () => Promise.resolve(void released.push(name)),
    });
    const budget = new Budget(100);
    const [a, b, c] = [kept("a", 40), kept("b", 30, true), kept("c", 20)];
    for (const each of [b, a, c]) budget.use(each);
    await budget.makeRoom(10);
    assert.deepEqual(released, []);
    budget.use(a);
    await budget.makeRoom(11);
    assert.deepEqual(released, ["c"], "a was used after it, b is at work");
    await budget.makeRoom(1000);
    assert.deepEqual(released, ["c", "a"]);
  });

  it("is what the weights take in every node that reads them, and the values", async () => {
    const { network, score } = await (await openModel(join(samplesFolder, "squeezenet1.1.onnx"))).bound(1);
    const { graph } = network;
    const weights = [...graph.constants.values()].filter(isPlace).reduce((sum, { length }) => sum + length, 0);
    const values = graph.nodes
      .flatMap(({ outputs }) => outputs)
      .reduce((s, v) => s + 4 * v.shape.reduce((p, n) => p * n, 1), 0);
    const bytes = programBytes(graph, score ? [score.value] : network.outputs);
    assert.ok(bytes > weights && bytes <= (weights + values) * 1.01, `${bytes} for ${weights} and ${values}`);
  });

  it("is shared by the models that are open: one question's programs make room for the next one's", async () => {
    const image = picture(7);
    const probe = await openModel(referenceFile());
    const { network } = await probe.bound(1);
    const budget = new Budget(programBytes(network.graph, network.outputs) * 2.5);
    await watched(async (state) => {
      const models = [await openModel(referenceFile(), { budget }), await openModel(referenceFile(), { budget })];
      for (let round = 0; round < 2; round++)
        for (const model of models) {
          near((await model.scores(image)).data, scoresOf(image.data));
          await ask("saliency", { model, image });
          await ask("grad-cam", { model, image });
          assert.ok(state.alive <= 3, `${state.alive} alive`);
        }
      const { opened } = state;
      await ask("grad-cam", { model: models[1]!, image });
      assert.equal(state.opened, opened, "what was used last is still there");
    });
  });

  it("has no bounds of its own: everything is kept where there is room", async () => {
    const image = picture(7);
    await watched(async (state) => {
      const model = await openModel(referenceFile(), { budget: new Budget(1e9) });
      for (let round = 0; round < 2; round++)
        for (const id of ["saliency", "grad-cam", "deconvnet"]) await ask(id, { model, image });
      assert.equal(state.alive, state.opened);
      assert.ok(state.alive >= 3);
    });
  });
});
