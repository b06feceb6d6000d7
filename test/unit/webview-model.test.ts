import assert from "node:assert/strict";
import { Fetched } from "../../webview/shared/fetched.ts";
import { amount, costText } from "../../src/shared/amounts.ts";
import { bytesText, dimensions, shareText } from "../../webview/model/amounts.ts";
import { fileNameOf } from "../../webview/model/file-name.ts";
import { factsOf } from "../../webview/model/model-facts.ts";
import { listening } from "../../webview/model/learned.ts";
import type { Learned } from "../../webview/model/learned.ts";
import type { Host, Session } from "../../webview/model/session.ts";
import { photoChoices } from "../../webview/model/photo-choices.ts";
import { restored, untouched } from "../../webview/model/remembered.ts";
import { centerText, fieldText } from "../../webview/model/inspector/field-text.ts";
import { neighboursOf } from "../../webview/model/inspector/neighbours.ts";
import { exact, firstSlice, gridOf, linesOf, pageOf, pageWith, tsv } from "../../webview/model/inspector/slices.ts";
import { wordsOfFilters, wordsOfMaps } from "../../webview/model/inspector/verdicts.ts";
import { weightFacts } from "../../webview/model/inspector/weight-facts.ts";

describe("the model editor's words and numbers", () => {
  it("writes amounts with a letter for their thousands", () => {
    assert.deepEqual(
      [0, 960, 999, 1000, 86_432, 4_652_008, 385_000_000, 1.2e12].map((n) => amount(n)),
      ["0", "960", "999", "1 k", "86.4 k", "4.65 M", "385 M", "1.2 T"],
    );
    assert.equal(amount(999_700), "1 M", "not 1000 k");
    assert.equal(amount(2.71e6, "MAC"), "2.71 MMAC");
    assert.equal(amount(12, "MAC"), "12 MAC");
    assert.equal(bytesText(960), "960 bytes");
    assert.equal(bytesText(553e6), "553 MB");
    assert.equal(shareText(2.71e6, 385e6), "(0.70\u00a0%)");
    assert.equal(shareText(1e-5, 1), "(<\u00a00.01\u00a0%)");
    assert.deepEqual([shareText(0, 5), shareText(0, 0)], [undefined, undefined]);
    assert.equal(dimensions(["N", 3, undefined, 224]), "N × 3 × ? × 224");
    assert.equal(dimensions([]), "a single number");
  });

  it("says of which operators the cost is not counted", () => {
    assert.equal(costText(0), undefined);
    assert.equal(costText(2.71e6, []), "2.71 MMAC");
    assert.equal(costText(2.71e6, ["Einsum", "Einsum"]), "2.71 MMAC + what Einsum costs");
    assert.equal(costText(2.71e6, ["Einsum", "LSTM"]), "2.71 MMAC + what 2 operators cost");
    assert.equal(costText(2.71e6, ["Einsum"], "(0.70\u00a0%)"), "2.71 MMAC (0.70\u00a0%) + what Einsum costs");
    assert.equal(costText(0, ["Einsum"]), "what Einsum costs is not counted");
  });

  it("keeps an output of which no shape is known apart from a single number", () => {
    const header = (shape: readonly number[] | undefined, more = {}) => {
      const card = { format: "ONNX", opset: 17, parameters: 5, outputs: [{ name: "y", dtype: "float32", shape }] };
      const picture = { channels: 3, height: 8, width: 8, layout: "NCHW", written: [1, 3, 8, 8] };
      return factsOf({
        card: { value: { ...card, picture, layers: [{}], ...more } },
        structure: {},
        anatomy: { value: [{ multiplyAdds: 9, uncounted: ["Einsum"] }] },
      } as unknown as Session);
    };
    const start = "ONNX, opset 17 · 5 parameters · 9 MAC + what Einsum costs · image 3 × 8 × 8 → ";
    assert.equal(header(undefined), `${start}?`);
    assert.equal(header([]), `${start}a single number`);
    assert.equal(header([1, 2, 4, 4]), `${start}2 × 4 × 4`);
    const besideLayers = { multiplyAdds: 27639, uncounted: ["LSTM"] };
    assert.match(header([], { besideLayers }), / · 27\.6 kMAC \+ what 2 operators cost · /);
  });

  it("makes file names of whatever a layer is called", () => {
    assert.equal(fileNameOf("fire2/squeeze1x1"), "fire2-squeeze1x1");
    assert.equal(fileNameOf("../../etc/passwd"), "etc-passwd");
    assert.equal(fileNameOf("\u202e<b>"), "b");
    assert.equal(fileNameOf("///"), "model");
    assert.equal(fileNameOf("x".repeat(1e6)).length, 100);
  });

  it("tells photos of one name apart by where they lie", () => {
    const offered = [
      { path: "/project/cat.png", title: "cat.png", where: "workspace" },
      { path: "/glassbox/samples/cat.png", title: "cat.png", where: "built in" },
      { path: "/project/a/dog.png", title: "a/dog.png", where: "workspace" },
    ] as const;
    const texts = (now?: { name: string; path: string }) => photoChoices(offered, now).map(({ text }) => text);
    assert.deepEqual(texts(), ["Choose a photo", "cat.png (project)", "cat.png (built in)", "a/dog.png", "Another photo…"]); // prettier-ignore
    assert.equal(texts({ name: "dog.png", path: "/project/a/dog.png" }).length, 4, "it is on offer");
    assert.equal(texts({ name: "cat.png", path: "/home/cat.png" })[0], "cat.png (home)");
  });

  it("says how far a unit sees", () => {
    const field = { size: [11, 11], stride: [4, 4], center: [-2.5, 3], whole: false } as const;
    const picture = { name: "x", layout: "NCHW", channels: 3, height: 224, width: 224, written: [] } as const;
    assert.deepEqual(fieldText(field, picture), { value: "11 × 11, step 4", more: undefined });
    assert.equal(fieldText({ ...field, uneven: true }, picture).value, "up to 11 × 11, step differs from unit to unit");
    assert.equal(fieldText({ ...field, size: [299, 299] }, picture).more, "larger than the picture");
    assert.equal(fieldText({ ...field, whole: true }, picture).value, "the whole picture");
    assert.equal(fieldText(undefined, picture).value, "none");
    const why = "where Magic looks in its input is not known";
    assert.deepEqual(fieldText({ why }, picture), { value: "not known", more: why });
    for (const none of [undefined, { why }, { ...field, whole: true }]) assert.equal(centerText(none), undefined);
    assert.equal(centerText(field), "−2.5, 3");
  });

  it("counts what is wrong with channels and filters", () => {
    const verdict = Uint8Array.of(0, 1, 1, 2, 3, 5, 0);
    const none = new Float32Array();
    const statistics = {
      mean: none,
      least: none,
      greatest: none,
      zeros: none,
      peak: Int32Array.of(),
      broken: Int32Array.of(),
    };
    const words = wordsOfMaps({ statistics: { ...statistics, verdict }, rectified: true });
    assert.deepEqual(words, {
      value: "2 of 7",
      more: "1 nearly dead, 1 saturated, 1 with NaN or infinite values",
      warning: true,
    });
    const filters = {
      layer: "",
      weight: "",
      shape: [1, 1, 1, 1],
      groups: 1,
      kind: "deep",
      norms: none,
      roughness: none,
    } as const;
    const pictures = { shape: [1], low: 0, high: 1, bytes: Uint8Array.of(), broken: 0 };
    const rest = { pictures, threshold: 0.5, allCompared: true, dead: [3], duplicates: [] };
    assert.deepEqual(wordsOfFilters({ ...filters, ...rest, verdict: "smooth", median: 0.31 }), {
      value: "smooth",
      more: "roughness 0.31, 1 dead",
      warning: true,
    });
    assert.equal(
      wordsOfFilters({ ...filters, ...rest, dead: [], verdict: "too small to tell", median: NaN }).more,
      undefined,
    );
  });

  it("warns of weights that are not finite, and has no moments where none is", () => {
    const card = {
      name: "w", dtype: "float16", shape: [4], bytes: 8, where: "m.onnx, at byte 12", count: 4, histogram: [],
      min: NaN, max: NaN, mean: NaN, deviation: NaN, zeros: 0, nan: 3, infinite: 1, denormal: 0,
    }; // prettier-ignore
    const facts = weightFacts(card);
    const of = (name: string) => facts.find((each) => each.name === name);
    assert.deepEqual([of("NaN")?.value, of("NaN")?.more, of("NaN")?.warning], ["3", "(75.0\u00a0%)", true]);
    assert.equal(of("Mean")?.value, "none");
    assert.equal(of("Zeros")?.warning, false);
  });
});

describe("the table of a weight", () => {
  /** Every cell of a tensor, walked page by page, is shown once and at its own place. */
  const walk = (shape: readonly number[]) => {
    const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const { rows, columns } = gridOf(shape);
    const seen: number[] = [];
    const visited = new Set<string>();
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const slice = pageWith(shape, firstSlice(shape), row, column);
        if (visited.has(`${slice.row} ${slice.column}`)) continue;
        visited.add(`${slice.row} ${slice.column}`);
        const { rows: r, columns: c } = pageOf(shape, slice);
        const values = Array.from(
          { length: r[1] * c[1] },
          (_, i) => (r[0] + Math.floor(i / c[1])) * width + c[0] + (i % c[1]),
        );
        const lines = linesOf(shape, slice, values);
        assert.ok(lines.length <= 32 && lines.every((line) => line.length <= 12), "a page is small");
        seen.push(...lines.flat());
      }
    assert.deepEqual(
      seen.sort((a, b) => a - b),
      Array.from({ length: height * width }, (_, i) => i),
    );
  };

  it("shows every number once, whatever the shape", () => {
    for (const shape of [[], [1], [12], [13], [1000], [3, 3], [64, 3, 11, 11], [40, 25], [1, 500], [500, 1], [33, 13]])
      walk(shape);
  });

  it("starts at the first slice of all leading axes", () => {
    assert.deepEqual(firstSlice([64, 3, 11, 11]), { index: [0, 0], row: 0, column: 0 });
    assert.deepEqual(pageOf([64, 3, 11, 11], { index: [5, 2], row: 0, column: 0 }), {
      rows: [0, 11],
      columns: [0, 11],
    });
    assert.deepEqual(pageOf([1000], { index: [], row: 32, column: 0 }), { rows: [0, 1], columns: [384, 384] });
  });

  it("copies figures that are the very float32", () => {
    const values = Float32Array.of(0.1, 1 / 3, -1e-40, 3.4e38, 16777217, 0, NaN, -Infinity, Math.PI);
    const text = (value: number) => exact(value, "float32");
    for (const value of values) assert.ok(Object.is(Math.fround(Number(text(value))), value), text(value));
    assert.equal(text(Math.fround(0.1)), "0.1");
    assert.equal(tsv([[1, 2.5], [NaN, 0]], "float32"), "1\t2.5\nNaN\t0"); // prettier-ignore
  });

  it("copies figures that are the very float64 or integer", () => {
    assert.equal(tsv([[0.1, 1.0000000001, 1e300, -Infinity]], "float64"), "0.1\t1.0000000001\t1e+300\t-Infinity");
    assert.equal(exact(4294967295, "uint32"), "4294967295");
    assert.equal(tsv([[16777217n, -(2n ** 63n)]], "int64"), "16777217\t-9223372036854775808");
  });
});

describe("the neighbours in a graph", () => {
  it("are who writes and who reads a value", () => {
    const node = (inputs: number[], outputs: number[]) => ({
      op: "Add", domain: "", name: "", scope: "", layer: 0, detail: "", inputs, outputs,
    }); // prettier-ignore
    const structure = {
      nodes: [node([0, -1], [1]), node([1, 1], [2]), node([1, 0], [3])],
      values: [],
      inputs: [0],
      outputs: [2],
      cycle: [],
    };
    const { writer, readers } = neighboursOf(structure);
    assert.deepEqual([...writer], [[1, 0], [2, 1], [3, 2]]); // prettier-ignore
    assert.deepEqual([...readers], [[0, [0, 2]], [1, [1, 2]]]); // prettier-ignore
    assert.equal(neighboursOf(structure), neighboursOf(structure));
  });
});

describe("what the model editor remembers", () => {
  it("comes back as it was", () => {
    const chosen = {
      ...untouched,
      layer: "fire2",
      node: 3,
      weight: "w",
      channel: 7,
      place: [2, 3] as const,
      side: "dead" as const,
      tab: "weights" as const,
      strokes: [{ tool: "copy" as const, radius: 8, points: [[1, 2]] as const, from: [3, -4] as const }],
      open: ["features"],
      camera: { x: -3.5, y: 4, scale: 0.2 },
      split: 0.3,
    };
    assert.deepEqual(restored(JSON.parse(JSON.stringify(chosen))), chosen);
  });

  it("drops what does not fit", () => {
    const odd = {
      layer: 5,
      node: -1,
      tab: "nonsense",
      side: "layer",
      split: 7,
      strokes: [{}],
      camera: { x: NaN },
      extra: 1,
    };
    assert.deepEqual(restored(odd), untouched);
    assert.deepEqual(restored("nonsense"), untouched);
    assert.deepEqual(restored(null), untouched);
  });
});

describe("what the answers to other questions tell", () => {
  const photoKey: Session["photoKey"] = (_, strokes = []) => keys.photo + " brushed".repeat(strokes.length);
  const keys = { photo: "1", photoKey, modelKey: "m" };
  const told: Learned[] = [];
  const answer = { layer: "conv1" };
  const host = { features: () => Promise.resolve(answer), filters: () => Promise.resolve(answer) } as unknown as Host; // all that is asked of it
  const heard = listening(host, keys, (learned) => told.push(learned));
  beforeEach(() => told.splice(0));

  it("is learned of the photo as it is, and of what the brush made of it", async () => {
    assert.equal(await heard.features({ layer: "conv1" }), answer);
    await heard.features({ layer: "conv1", strokes: [{ tool: "gray", radius: 3, points: [[1, 2]] }] });
    await heard.filters({ layer: "conv1" });
    const maps = (photoKey: string) => ({ maps: { photoKey, answer } });
    assert.deepEqual(told, [maps("1"), maps("1 brushed"), { filters: { modelKey: "m", answer } }]);
  });

  it("is not learned of another photo, or of one that is gone meanwhile", async () => {
    await heard.features({ layer: "conv1", photo: "other" });
    const late = heard.features({ layer: "conv1" });
    keys.photo = "2";
    await late;
    assert.deepEqual(told, []);
  });
});

describe("Fetched", () => {
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it("asks once for a key, and keeps the answer in sight until the next is there", async () => {
    let [changes, asked] = [0, 0];
    const fetched = new Fetched<number>(() => changes++);
    const ask = (key: string, value: number) => fetched.ask(key, () => Promise.resolve((asked++, value)));
    ask("a", 1);
    ask("a", 1);
    await settled();
    assert.deepEqual([asked, fetched.value, fetched.state.status], [1, 1, "ready"]);
    ask("b", 2);
    assert.deepEqual([fetched.value, fetched.state.status], [1, "loading"]);
    await settled();
    assert.deepEqual([fetched.value, changes], [2, 4]);
  });

  it("cancels the question before, whose late answer counts for nothing", async () => {
    const fetched = new Fetched<string>(() => undefined);
    let first: AbortSignal | undefined;
    let answer: (value: string) => void = () => undefined;
    fetched.ask("a", (signal) => {
      first = signal;
      return new Promise((resolve) => (answer = resolve));
    });
    fetched.ask("b", () => Promise.resolve("second"));
    assert.equal(first?.aborted, true);
    await settled();
    answer("first");
    await settled();
    assert.equal(fetched.value, "second");
  });

  it("does not ask again by itself what failed, but does once it is forgotten", async () => {
    let asked = 0;
    const fetched = new Fetched<number>(() => undefined);
    const ask = () => fetched.ask("a", () => (asked++ ? Promise.resolve(7) : Promise.reject(new Error("no"))));
    ask();
    await settled();
    ask();
    assert.deepEqual([asked, fetched.state.status], [1, "failed"]);
    fetched.forget();
    ask();
    await settled();
    assert.deepEqual([asked, fetched.value], [2, 7]);
  });
});
