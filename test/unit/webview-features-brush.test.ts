import assert from "node:assert/strict";
import type { FeatureMaps, LayerOverview, Stroke } from "../../src/shared/inside.ts";
import { Brush } from "../../webview/model/features/brush.ts";
import { Latest } from "../../webview/model/features/latest.ts";
import { MapSource } from "../../webview/model/features/map-source.ts";
import type { Host } from "../../webview/model/session.ts";
import { brokenFrom, densityText, summaryOf, warningsOf } from "../../webview/model/overview/rows.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("a brush", () => {
  const make = () => {
    let done: readonly Stroke[] = [];
    const brush = new Brush({ get: () => done, set: (strokes) => (done = strokes) });
    return { brush, done: () => done };
  };
  const stroke = (brush: Brush, ...points: (readonly [number, number])[]) => {
    brush.begin(points[0]!);
    for (const point of points.slice(1)) brush.extend(point);
    brush.end();
  };

  it("paints nothing until a tool is chosen, and copies nothing until it knows from where", () => {
    const { brush, done } = make();
    assert.equal(brush.begin([1, 1]), false);
    brush.tool = "copy";
    assert.equal(brush.begin([1, 1]), false);
    brush.source = [31, 6];
    assert.equal(brush.begin([1, 1]), true);
    brush.end();
    assert.deepEqual(done(), [{ tool: "copy", radius: brush.radius, points: [[1, 1]], from: [30, 5] }]);
  });

  it("writes the way it went, without points that say nothing new", () => {
    const { brush, done } = make();
    brush.tool = "blur";
    brush.radius = 8;
    stroke(brush, [10, 10], [10.5, 10], [11, 10.2], [13, 10], [20.1, 10]);
    assert.deepEqual(done()[0]?.points, [[10, 10], [13, 10], [20, 10]]); // prettier-ignore
  });

  it("is as wide as suits the picture, until a person says otherwise", () => {
    const { brush } = make();
    brush.fitTo(224);
    assert.equal(brush.radius, 14);
    brush.radius = 30;
    brush.fitTo(224);
    assert.equal(brush.radius, 30);
    brush.fitTo(28);
    assert.equal(brush.radius, 2);
    brush.fitTo(4);
    assert.equal(brush.radius, 1);
  });

  it("ends before it is more than a host takes", () => {
    const { brush } = make();
    brush.tool = "gray";
    brush.radius = 1;
    brush.begin([0, 0]);
    for (let i = 1; i < 10000; i++) brush.extend([2 * i, 0]);
    assert.ok(brush.strokes[0]!.points.length <= 4000);
  });

  it("takes back, does again, and clears", () => {
    const { brush, done } = make();
    brush.tool = "gray";
    stroke(brush, [1, 1]);
    stroke(brush, [50, 50]);
    const both = done();
    brush.undo();
    assert.deepEqual(done(), both.slice(0, 1));
    assert.deepEqual([brush.canUndo, brush.canRedo], [true, true]);
    brush.redo();
    assert.deepEqual(done(), both);
    brush.clear();
    assert.deepEqual(done(), []);
    brush.redo();
    brush.redo();
    assert.deepEqual(done(), both, "clearing is taken back, stroke by stroke");
    brush.undo();
    stroke(brush, [9, 9]);
    assert.equal(brush.canRedo, false, "another way was taken");
    brush.forget();
    assert.equal(brush.live, undefined);
  });
});

describe("the latest question", () => {
  it("is asked after the one under way, and those between never are", async () => {
    const asked: number[] = [];
    const answers: number[] = [];
    let answer = (): void => undefined;
    const latest = new Latest<number, number>(
      (question) => {
        asked.push(question);
        return new Promise((resolve) => (answer = () => resolve(question)));
      },
      (each) => answers.push(each),
      () => undefined,
    );
    for (let i = 1; i <= 5; i++) latest.put(String(i), i);
    assert.deepEqual(asked, [1]);
    answer();
    await turn();
    assert.deepEqual([asked, answers], [[1, 5], [1]]);
    latest.put("5", 5);
    answer();
    await turn();
    latest.put("5", 5);
    assert.deepEqual(
      [asked, answers],
      [
        [1, 5],
        [1, 5],
      ],
      "the same is asked once",
    );
    latest.put("6", 6);
    latest.put("7", 7);
    latest.put("6", 6);
    answer();
    await turn();
    assert.deepEqual(asked, [1, 5, 6], "what is under way is not asked again");
    latest.put("8", 8);
    latest.drop();
    latest.put("9", 9);
    assert.deepEqual(asked, [1, 5, 6, 8, 9]);
  });

  it("keeps why it has no answer until there is one", async () => {
    let fails = true;
    const latest = new Latest<string, string>(
      (question) => (fails ? Promise.reject(new Error("no")) : Promise.resolve(question)),
      () => undefined,
      () => undefined,
    );
    latest.put("a", "a");
    await turn();
    assert.equal(latest.failure?.message, "no");
    fails = false;
    latest.put("a", "a");
    await turn();
    assert.equal(latest.failure?.message, "no", "what failed is not asked over and over");
    latest.put("b", "b");
    await turn();
    assert.equal(latest.failure, undefined);
  });
});

describe("the maps of a layer", () => {
  const answer = (channels: readonly number[]): FeatureMaps => {
    const none = new Float32Array(10);
    return {
      layer: "conv",
      arrangement: { shape: [10, 2, 2], kind: "maps", remark: "" },
      channels: Int32Array.from(channels),
      bytes: new Uint8Array(channels.length * 4),
      low: new Float32Array(channels.length),
      high: new Float32Array(channels.length),
      statistics: { mean: none, least: none, greatest: none, zeros: none, peak: new Int32Array(10), broken: new Int32Array(10), verdict: new Uint8Array(10) }, // prettier-ignore
      scale: { low: 0, high: 0, clipped: false },
      rectified: true,
      bound: undefined,
      ms: 0,
    };
  };
  const source = () => {
    const asked: (readonly number[] | undefined)[] = [];
    const host = {
      features: ({ channels }: { channels?: readonly number[] }) => {
        asked.push(channels);
        return Promise.resolve(answer(channels ?? [0, 1, 2, 3]));
      },
    } as unknown as Host; // the one call that is made
    return { asked, source: new MapSource(() => host, () => undefined) }; // prettier-ignore
  };
  const wanted = { subject: "s", layer: "conv", photo: "current", strokes: [] } as const;

  it("come as many as fit, then those that are needed, and each once", async () => {
    const { asked, source: maps } = source();
    maps.want(wanted, []);
    await turn();
    maps.want(wanted, [2, 3]);
    assert.deepEqual(asked, [undefined]);
    maps.want(wanted, [3, 4, 5]);
    await turn();
    maps.want(wanted, [4, 5]);
    assert.deepEqual(asked, [undefined, [4, 5]]);
    assert.deepEqual([...maps.held!.planes.keys()], [0, 1, 2, 3, 4, 5]);
  });

  it("follow a brush where they are in sight, and only there", async () => {
    const { asked, source: maps } = source();
    const painted = { ...wanted, strokes: [{ tool: "blur" as const, radius: 3, points: [] }] };
    maps.want(wanted, []);
    await turn();
    maps.want(painted, [1, 7]);
    assert.equal(maps.answers(wanted), true, "the old picture stays in sight");
    await turn();
    assert.deepEqual(asked, [undefined, [1, 7]]);
    assert.equal(maps.answers(painted), true);
    assert.deepEqual([...maps.held!.planes.keys()], [1, 7], "of this photo, none of the last");
  });
});

describe("a line of the whole net", () => {
  const line: LayerOverview = {
    layer: "conv1", own: true, channels: 64, zeros: 0.72, dead: 0, saturated: 0, broken: 0, trouble: undefined,
    mean: { shape: [1, 1], low: 0, high: 1, bytes: Uint8Array.of(1), broken: 0 },
  }; // prettier-ignore

  it("says how much is silent, and what is wrong", () => {
    assert.equal(densityText(line), "sparse, 72.0\u00a0% silent");
    assert.equal(densityText({ ...line, zeros: 0.1 }), "dense, 10.0\u00a0% silent");
    assert.equal(densityText({ ...line, zeros: 0 }), "dense, none silent");
    assert.equal(densityText({ ...line, zeros: 1 }), "all silent");
    assert.deepEqual(warningsOf(line), []);
    assert.deepEqual(
      warningsOf({ ...line, dead: 64, broken: 1 }).map(({ text }) => text),
      ["1 channel with NaN or infinite values", "all 64 channels dead"],
    );
    const failed = { ...line, mean: undefined, trouble: "MyOp is not known." };
    assert.equal(densityText(failed), undefined);
    assert.deepEqual(warningsOf(failed), [{ level: "error", text: "MyOp is not known." }]);
    assert.equal(summaryOf([line], { done: 1, total: 9 }), "1 of 9 layers…");
    assert.equal(
      summaryOf([{ ...line, dead: 2 }, failed], undefined),
      "2 layers, 2 of 128 channels dead on this photo, 1 layer could not be computed",
    );
  });

  it("is the first one with NaN that the others got theirs from", () => {
    const lines = [0, 3, 64].map((broken, i) => ({ ...line, layer: `conv${i + 1}`, broken }));
    assert.deepEqual(brokenFrom(lines), { layer: "conv2", layers: 2 });
    assert.equal(brokenFrom([line]), undefined);
  });
});
