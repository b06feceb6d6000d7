import assert from "node:assert/strict";
import type { explain, Trust } from "../../src/shared/protocol.ts";
import type { Handlers } from "../../src/shared/rpc.ts";
import { checksOf } from "../../webview/explain/checks.ts";
import type { Session } from "../../webview/explain/session.ts";
import { endless, heatmap, looked, staged, trust, until } from "./support/staged-session.ts";

describe("can this be trusted?", () => {
  const texts = (session: Session) => checksOf(session).map(({ level, text }) => `${level}: ${text}`);
  const ready = async (change: Partial<Handlers<typeof explain>> = {}) => {
    const { session } = staged(change);
    await session.start();
    await session.queue.idle();
    return session;
  };

  it("says in words what was compared and what erasing did", async () => {
    assert.deepEqual(texts(await ready()), [
      "good: grad-cam and the other method agree on where: the top tenths overlap by 0.40, by chance 0.05.",
      "good: Erasing the tenth that the map marks most lowers “tabby” from 70.0\u00a0% to 10.0\u00a0% (the same shape elsewhere: to 68.0\u00a0%).",
      "warning: How the photo is prepared was guessed.",
    ]);
  });

  it("says which size was assumed, and no longer when somebody chose it", async () => {
    const before = looked();
    const picture = {
      name: "x",
      layout: "NHWC",
      channels: 3,
      height: undefined,
      written: ["N", "h\u202e", 9, 3],
    } as const;
    const open = (width: number | undefined, change = {}) => ({
      subject: () =>
        Promise.resolve({
          ...before,
          trusted: true,
          card: { ...before.card, picture: { ...picture, width }, sizeAssumed: true },
          prediction: { ...before.prediction, ...change },
        }),
    });
    const said = async (change: Partial<Handlers<typeof explain>>) =>
      texts(await ready(change)).filter((text) => text.includes("open"));
    const [of] = await said(open(9));
    assert.match(
      of!,
      /^warning: The model file leaves its input’s height \(“h[^\u202e]*”\) open: 2 × 2 pixels are assumed\.$/,
    );
    assert.match((await said(open(undefined)))[0]!, /input’s width and height \(/);
    assert.deepEqual(await said(open(9, { preparationFrom: "chosen" })), []);
    assert.deepEqual(await said(open(9, { preparationFrom: "numbers" })), []);
    assert.deepEqual(await said({}), []);
  });

  it("warns when the methods point elsewhere and when what is marked hardly matters", async () => {
    const poor = {
      marked: trust.marked,
      agreement: [{ technique: "saliency", overlap: 0.06, correlation: -0.1 }],
      before: 0.7,
      after: 0.66,
      random: 0.67,
      score: { before: 5, after: 4.9, random: 4.95 },
    };
    const [agreement, erasing] = texts(await ready({ trust: () => Promise.resolve(poor) }));
    assert.match(agreement!, /^warning: grad-cam and the other method do not agree on where/);
    assert.match(erasing!, /^warning: .*hardly matters/);
  });

  it("warns of a map that is zero everywhere and of values that are no numbers", async () => {
    const session = await ready({
      async *run({ technique }) {
        await Promise.resolve();
        yield technique === "grad-cam" ? heatmap("Grad-CAM", { low: 0, high: 0, broken: 2 }) : heatmap(technique);
      },
    });
    const [zero, broken] = texts(session);
    assert.match(zero!, /^warning: “Grad-CAM” is zero everywhere/);
    assert.match(broken!, /^warning: 2 values of the map are not a number/);
  });

  /** The first three are in, and the last one goes on until it is left. */
  const lastEndless = (shown: string) => {
    const stage = staged({
      async *run(request, signal) {
        if (request.technique === "occlusion") yield* endless(request, signal);
        else yield heatmap(request.technique);
      },
    });
    stage.session.remember({ technique: shown });
    return stage;
  };
  const occluding = (session: Session) => until(() => session.resultOf("occlusion").status === "running");

  it("compares those that are ready when the others are cancelled", async () => {
    const { session } = lastEndless("grad-cam");
    await session.start();
    await occluding(session);
    assert.equal(session.trust, undefined);
    session.cancel();
    await session.queue.idle();
    assert.equal(session.resultOf("occlusion").status, "stopped");
    assert.deepEqual(session.trust, trust);
  });

  it("leaves the comparison be when that is cancelled, however often", async () => {
    const { session, asked } = staged({
      trust: (_, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error()))),
    });
    const times = () => asked.filter(({ call }) => call === "trust").length;
    await session.start();
    await until(() => times() === 1);
    session.cancel();
    await session.queue.idle();
    session.cancel();
    await session.queue.idle();
    assert.equal(times(), 1);
  });

  it("promises a comparison only where one can come", async () => {
    const promised = (session: Session) => texts(session).some((text) => /when all are ready: 3 of 4/.test(text));
    const { session } = lastEndless("grad-cam");
    await session.start();
    await occluding(session);
    assert.ok(promised(session));
    session.cancel();
    const poor = staged({
      async *run(request, signal) {
        if (request.technique === "saliency") throw new Error("No gradient.");
        if (request.technique === "occlusion") yield* endless(request, signal);
        else yield heatmap(request.technique);
      },
    });
    await poor.session.start();
    await occluding(poor.session);
    assert.deepEqual(
      texts(poor.session).filter((text) => /are ready/.test(text)),
      [],
    );
    poor.session.cancel();
  });

  const erasing = async (change: Partial<Trust>, against?: number) => {
    const { session } = staged({ trust: () => Promise.resolve({ ...trust, agreement: [], ...change }) });
    await session.start();
    if (against !== undefined) session.compare(against);
    await session.queue.idle();
    return texts(session)[0];
  };

  it("judges an erasing by the score where the probability has gone as far as it goes", async () => {
    const much = { before: 0.9999, after: 0.024, random: 0.154, score: { before: 18, after: 6, random: 11 } };
    assert.equal(
      await erasing(much),
      "good: Erasing the tenth that the map marks most lowers “tabby” from >\u00a099.9\u00a0% to 2.4\u00a0% (the same shape elsewhere: to 15.4\u00a0%)," +
        " and lowers its score from 18 to 6 (the same shape elsewhere: to 11).",
    );
    const hidden = { before: 1, after: 1, random: 1, score: { before: 18, after: 14, random: 17.9 } };
    assert.match(
      (await erasing(hidden))!,
      /^good: Erasing the tenth that the map marks most leaves “tabby” at 100\u00a0% \(the same shape elsewhere: no change\), and lowers/,
    );
    const elsewhere = { before: 1, after: 0.1, random: 0.1, score: { before: 18, after: 12, random: 12.5 } };
    assert.match((await erasing(elsewhere))!, /^warning: .*: hardly more than erasing elsewhere does\.$/);
    const shifted = { before: 1, after: 0, random: 0.6, score: { before: 905, after: 847, random: 556 } };
    assert.match((await erasing(shifted))!, /^warning: .*its probability falls more .* so other classes gained\.$/);
  });

  it("speaks of the difference where two classes are compared", async () => {
    assert.equal(
      await erasing({ score: { before: 3, after: -1, random: 2.9 } }, 1),
      "good: Erasing the tenth that the map marks most lowers the score of “tabby” over “tiger cat” from 3 to −1 (the same shape elsewhere: to 2.9).",
    );
  });

  it("says how the photo is prepared and whose the labels are, each with a way to change it", async () => {
    const from = looked();
    const { session } = staged({
      subject: () =>
        Promise.resolve({
          ...from,
          card: { ...from.card, labelsFrom: "known", classes: 1000 },
          prediction: { ...from.prediction, preparationFrom: "chosen" },
        }),
    });
    await session.start();
    await session.queue.idle();
    const [prepared, labelled] = checksOf(session).slice(-2);
    assert.deepEqual([prepared?.text, prepared?.mend?.label], ["How the photo is prepared: chosen by you.", "Change"]);
    assert.match(labelled!.text, /labels are ImageNet’s, taken because the network has 1,000 classes/);
  });

  it("leaves the warnings of other techniques to their thumbnails, and says its own with what mends them", async () => {
    const session = await ready({
      async *run({ technique }) {
        await Promise.resolve();
        yield heatmap(technique);
        const mend = { label: "Refine", parameters: { mode: "b" } };
        if (technique === "smoothgrad")
          yield { kind: "note", key: "n", title: "N", level: "warning", text: "too few samples (66 %)", mend };
        if (technique === "saliency") yield { kind: "note", key: "n", title: "N", level: "good", text: "fine" };
      },
    });
    assert.ok(!texts(session).some((text) => /too few|fine/.test(text)));
    session.show("smoothgrad");
    const check = checksOf(session).find(({ text }) => text === "too few samples (66\u00a0%)");
    assert.equal(check?.mend?.label, "Refine");
  });
});
