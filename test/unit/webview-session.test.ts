import assert from "node:assert/strict";
import { card, catalogue, endless, heatmap, looked, staged, trust, until } from "./support/staged-session.ts";

describe("a session of the Explain view", () => {
  it("runs Grad-CAM first, without waiting for the subject, then the others, the cheapest first", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    assert.deepEqual(ran(), ["grad-cam", "saliency", "smoothgrad", "occlusion"]);
    assert.ok(asked.findIndex(({ call }) => call === "run") <= 1);
    for (const { id } of catalogue) assert.equal(session.resultOf(id).status, "done");
  });

  it("keeps no cheap technique waiting for a dear one, whatever their order on screen; but first of all is the one shown", async () => {
    const dear = [card("occlusion", ["class", "layer"], 30), card("smoothgrad", ["class"], 25)];
    const cheap = [card("grad-cam", ["class", "layer"]), card("guided-grad-cam", ["class", "layer"], 2)];
    const techniques = [...dear, card("saliency"), ...cheap];
    const inTurn = ["saliency", "grad-cam", "guided-grad-cam", "smoothgrad", "occlusion"];
    const { session, ran } = staged({ techniques: () => Promise.resolve(techniques) }, { technique: "smoothgrad" });
    await session.start();
    await session.queue.idle();
    assert.deepEqual(ran(), ["smoothgrad", ...inTurn.filter((id) => id !== "smoothgrad")]);
    assert.deepEqual(session.techniques, techniques);
    session.show("saliency");
    session.explain(1);
    await session.queue.idle();
    assert.deepEqual(ran().slice(5), inTurn);
  });

  it("runs in that order too what another layer asks for, though dear ones waited already", async () => {
    const { session, ran } = staged({ run: endless });
    await session.start();
    await until(() => ran().length === 1);
    session.show("smoothgrad"); // Grad-CAM and occlusion wait, and so does saliency
    await until(() => session.queue.running === "smoothgrad");
    session.show("occlusion");
    await until(() => session.queue.running === "occlusion");
    session.useLayer("stem");
    await until(() => session.queue.running === "occlusion" && session.queue.waiting[0] === "saliency");
    assert.deepEqual(session.queue.waiting, ["saliency", "grad-cam", "smoothgrad"]);
    session.cancel();
  });

  it("shows at once all that was computed before its page was loaded, with the time that it took, and asks for the rest", async () => {
    const run = (technique: string, more: object = {}) => ({
      asked: { technique, parameters: {}, ...more },
      updates: [heatmap(technique), { kind: "progress" as const, done: 1, total: 1, ms: 812 }],
    });
    const before = [run("grad-cam"), run("saliency"), run("smoothgrad", { target: 2 })]; // another class was explained then
    let seen: readonly string[] = [];
    const { session, ran, asked } = staged({
      finished: () => Promise.resolve(before),
      async *run({ technique }, signal) {
        if (technique === "smoothgrad") seen = session.techniques.map(({ id }) => session.resultOf(id).status);
        if (technique === "grad-cam") await new Promise((resolve) => signal.addEventListener("abort", resolve));
        yield heatmap(technique);
      },
    });
    await session.start();
    await session.queue.idle();
    assert.deepEqual([...new Set(ran())].sort(), ["grad-cam", "occlusion", "smoothgrad"]);
    assert.deepEqual(seen, ["done", "running", "done", "waiting"], "they were there before the rest was asked for");
    assert.deepEqual([session.resultOf("grad-cam").ms, session.resultOf("saliency").ms], [812, 812]);
    assert.equal(asked.filter(({ call }) => call === "trust").length, 1);
  });

  it("draws what has come before it asks for the next technique", async () => {
    let draw = (): void => undefined;
    const { session, ran } = staged({}, {}, () => new Promise((resolve) => (draw = resolve)));
    await session.start();
    await until(() => session.resultOf("grad-cam").status === "done");
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(ran(), ["grad-cam"]);
    draw();
    await until(() => ran().length === 2);
    session.cancel();
    draw();
  });

  it("asks whether it can be trusted once, when all methods are in", async () => {
    const { session, asked } = staged();
    await session.start();
    await session.queue.idle();
    const compared = asked
      .filter(({ call }) => call === "trust")
      .map(({ params }) =>
        (params as { others: readonly { technique: string }[] }).others.map(({ technique }) => technique),
      );
    assert.deepEqual(compared, [["saliency", "smoothgrad", "occlusion"]]);
    assert.deepEqual(session.trust, trust);
  });

  it("says what is wrong with one method, and compares the others all the same", async () => {
    const { session, asked } = staged({
      async *run({ technique }) {
        await Promise.resolve();
        if (technique === "occlusion") throw new Error("not here");
        yield heatmap(technique);
      },
    });
    await session.start();
    await session.queue.idle();
    const [compared, ...more] = asked.filter(({ call }) => call === "trust");
    assert.deepEqual(more, []);
    const { others } = compared!.params as { readonly others: readonly { readonly technique: string }[] };
    assert.deepEqual(
      others.map(({ technique }) => technique),
      ["saliency", "smoothgrad"],
    );
  });

  it("explains another class anew: nothing of the old one stands as an answer", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    session.explain(1);
    assert.equal(session.resultOf("saliency").stale, true);
    assert.equal(session.trust, undefined);
    await session.queue.idle();
    assert.equal(session.resultOf("saliency").stale, false);
    assert.deepEqual(ran().slice(before), ["grad-cam", "saliency", "smoothgrad", "occlusion"]);
    const last = asked.filter(({ call }) => call === "run").at(-1)!.params as { target: number };
    assert.equal(last.target, 1);
  });

  it("asks for the difference of two classes, and lets go of it when both would be the same", async () => {
    const { session, asked } = staged();
    await session.start();
    session.compare(1);
    await session.queue.idle();
    assert.equal((asked.at(-1)!.params as { against: number }).against, 1);
    session.explain(1);
    assert.equal(session.remembered.against, undefined);
  });

  it("stops what runs and what waits, and keeps what was reached", async () => {
    const { session } = staged({ run: endless });
    await session.start();
    await until(() => session.resultOf("grad-cam").pictures.length === 1);
    session.cancel();
    assert.equal(session.resultOf("grad-cam").status, "stopped");
    assert.equal(session.resultOf("grad-cam").pictures.length, 1);
    assert.equal(session.resultOf("saliency").status, "stopped");
    await session.queue.idle();
    assert.equal(session.resultOf("grad-cam").status, "stopped");
  });

  it("shows at once what a person chooses, before what runs", async () => {
    const { session } = staged({ run: endless });
    await session.start();
    await until(() => session.queue.running === "grad-cam");
    session.show("occlusion");
    await until(() => session.resultOf("occlusion").pictures.length === 1);
    assert.equal(session.queue.running, "occlusion");
    assert.equal(session.queue.waiting[0], "grad-cam");
    session.cancel();
  });

  it("runs a technique again with its new parameters, once the last knob is turned", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    session.setParameters("saliency", { mode: "b" });
    session.setParameters("saliency", {});
    session.setParameters("saliency", { mode: "b" });
    await until(() => ran().length > before);
    await session.queue.idle();
    assert.deepEqual(ran().slice(before), ["saliency"]);
    const run = asked.filter(({ call }) => call === "run").at(-1)!;
    assert.deepEqual((run.params as { parameters: unknown }).parameters, { mode: "b" });
  });

  it("runs again only what looks through a layer when another layer is chosen", async () => {
    const { session, asked, ran } = staged();
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    session.useLayer("stem");
    await until(() => ran().length >= before + 2);
    await session.queue.idle();
    assert.deepEqual(ran().slice(before), ["grad-cam", "occlusion"]);
    const layers = asked.filter(({ call }) => call === "run").map(({ params }) => (params as { layer?: string }).layer);
    assert.deepEqual(layers.slice(before), ["stem", "stem"]);
  });

  it("turns an error into the technique's own, and goes on with the others", async () => {
    const { session } = staged({
      async *run({ technique }) {
        await Promise.resolve();
        if (technique === "saliency") throw new Error("no gradient through Loop");
        yield heatmap(technique);
      },
    });
    await session.start();
    await session.queue.idle();
    assert.equal(session.resultOf("saliency").failure?.message, "no gradient through Loop");
    assert.equal(session.resultOf("occlusion").status, "done");
  });

  it("asks again when photo or model changed, and keeps what was chosen", async () => {
    let layers = ["stem", "head"];
    const { session, asked, ran, change } = staged({ subject: () => Promise.resolve(looked({ layers })) });
    await session.start();
    session.explain(1);
    session.remember({ technique: "saliency", layer: "stem" });
    await session.queue.idle();
    layers = ["other"];
    const before = ran().length;
    change();
    await until(() => ran().length >= before + 4);
    await session.queue.idle();
    assert.equal(asked.filter(({ call }) => call === "subject").length, 2);
    const { technique, target, layer } = session.remembered;
    assert.deepEqual([technique, target, layer], ["saliency", 1, undefined]);
    assert.ok(session.techniques.every(({ id }) => session.resultOf(id).status === "done"));
  });

  it("keeps no map of another model or photo, not even where the new one has none", async () => {
    let path = "/models/a.onnx";
    const { session, change } = staged({
      subject: () => Promise.resolve(looked({ path })),
      async *run({ technique }) {
        await Promise.resolve();
        if (path !== "/models/a.onnx") throw new Error("not here");
        yield heatmap(technique);
      },
    });
    await session.start();
    await session.queue.idle();
    session.say("Saved the picture.");
    path = "/models/b.onnx";
    change();
    await until(() => session.looked?.card.path === path && !session.queue.busy);
    assert.ok(session.techniques.every(({ id }) => session.resultOf(id).pictures.length === 0));
    assert.equal(session.notice, undefined);
  });

  it("opens a network without classes on a technique that works, and comes back to the one before", async () => {
    const network: { classes?: number } = {};
    const { session, change, ran } = staged({
      techniques: () => Promise.resolve([...catalogue, card("deconvnet", ["layer"])]),
      subject: () => {
        const one = looked({ path: `/models/${String(network.classes)}.onnx` });
        return Promise.resolve({ ...one, card: { ...one.card, classes: network.classes } });
      },
    });
    await session.start();
    await session.queue.idle();
    assert.equal(session.remembered.technique, "deconvnet");
    assert.deepEqual(ran(), ["grad-cam", "deconvnet"]);
    network.classes = 3;
    change();
    await until(() => session.looked?.card.classes === 3 && !session.queue.busy);
    assert.equal(session.remembered.technique, "grad-cam");
    assert.equal(session.resultOf("grad-cam").status, "done");
  });

  it("asks only for the words again where all that was computed holds", async () => {
    let from: "guess" | "sidecar" = "guess";
    const { session, ran, change } = staged({
      subject: () => Promise.resolve({ ...looked(), prediction: { ...looked().prediction, preparationFrom: from } }),
    });
    await session.start();
    await session.queue.idle();
    const before = ran().length;
    from = "sidecar";
    change({ why: "kept", same: true });
    await until(() => session.looked?.prediction.preparationFrom === "sidecar");
    assert.equal(ran().length, before);
    assert.deepEqual(session.trust, trust);
    assert.ok(session.techniques.every(({ id }) => session.resultOf(id).status === "done"));
  });

  it("knows the models on offer where the very first one is refused", async () => {
    const offered = [{ path: "/models/b.onnx", title: "b.onnx", where: "workspace" as const }];
    const { session } = staged({
      subject: () => Promise.reject(new Error("a.onnx is cut short.")),
      models: () => Promise.resolve(offered),
    });
    await session.start();
    await until(() => session.models.length > 0);
    assert.deepEqual(session.models, offered);
  });

  it("says why when photo or model cannot be looked at, and asks nothing more", async () => {
    const { session, ran } = staged({ subject: () => Promise.reject(new Error("the file ends early")) });
    await session.start();
    await session.queue.idle();
    assert.equal(session.standing.kind === "refused" && session.standing.failure.message, "the file ends early");
    assert.deepEqual(ran(), ["grad-cam"]);
  });
});
