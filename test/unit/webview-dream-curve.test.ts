import assert from "node:assert/strict";
import type { CurvePoint } from "../../src/shared/dream-panel.ts";
import { Film, pointsOf } from "../../src/host/dream-film.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";
import {
  endsOf,
  isOnePoint,
  markerOf,
  newestPicture,
  octaveStarts,
  pathOf,
  seriesOf,
  termsOf,
  isResult,
  wayOf,
} from "../../webview/dream/curve-lines.ts";
import { frameAt } from "../ui/harness/dream-staged.ts";

describe("the Dream panel's curves", () => {
  /** Of a run of so many octaves and steps of each. */
  const point = (octave: number, step: number, [octaves, steps]: readonly [number, number], more = {}): CurvePoint => ({
    technique: "deep-dream",
    octave,
    octaves,
    step,
    steps,
    done: (octave - 1) * steps + step,
    total: octaves * steps,
    objective: 1,
    losses: {},
    ...more,
  });
  const run = [2, 2] as const;
  const points = [
    point(1, 1, run, { objective: 2, losses: { L2: 5 } }),
    point(1, 2, run, { objective: 4, losses: { L2: 4 } }),
    point(2, 1, run, { objective: 3 }),
  ];

  it("are the objective and each loss, with what it began and ended with", () => {
    assert.deepEqual(seriesOf(points, "Score"), [
      { name: "Score", values: [2, 4, 3] },
      { name: "L2", values: [5, 4, NaN] },
    ]);
    assert.deepEqual(seriesOf(points, "").map((series) => endsOf(series)), [[2, 3], [5, 4]]); // prettier-ignore
    assert.deepEqual(octaveStarts(wayOf(points)), [3]);
  });

  it("are whole where the film keeps few of the frames that led to the newest", () => {
    const film = new Film(5);
    let last: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= 20; done++) last = film.add(frameAt(done, 2, 10), last);
    assert.equal(film.all.length, 5);
    const way = wayOf(pointsOf(last));
    assert.deepEqual(
      way.at,
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const path = pathOf(way.points.map(({ objective = NaN }) => objective), way, { width: 100, height: 12 }); // prettier-ignore
    assert.deepEqual([path.match(/M/g)?.length, path.match(/L/g)?.length], [2, 18], "a line for each octave");
  });

  it("have each step, also those of which no picture was shown", () => {
    const film = new Film();
    const [first, second, third, fourth] = [1, 2, 3, 4].map((done) => frameAt(done, 1, 4));
    const began = film.add(first!, undefined);
    const { kind: _kind, picture: _picture, ...unseen } = second!;
    const { kind: _kind3, picture: _picture3, ...unseenToo } = third!;
    const last = film.add({ ...fourth!, between: [unseen, unseenToo] }, began);
    assert.deepEqual(pointsOf(last).map(({ done, objective }) => [done, objective]), [first, second, third, fourth].map((frame) => [frame!.done, frame!.objective])); // prettier-ignore
    assert.equal(last.frame.between, undefined, "they are kept once");
  });

  it("mark one of their points: by a line, and a dot on it where it is a number", () => {
    const box = { width: 100, height: 12 };
    const way = { at: [1, 2, 4], length: 4 };
    assert.deepEqual(markerOf([2, 4, 3], way, box, 1), { line: "M50.0 0V12", dot: "M50.0 1.0h0" });
    assert.deepEqual(markerOf([2, NaN, 3], way, box, 1), { line: "M50.0 0V12", dot: "" });
  });

  it("that have one point alone are known to: no line is drawn of it", () => {
    assert.deepEqual(
      [[7], [NaN, 7], [1, 7], []].map((values) => isOnePoint({ name: "", values })),
      [true, true, false, false],
    );
    assert.ok(isOnePoint({ name: "", values: [1, 7] }, 1), "of the newest picture");
  });

  it("are those of the objective's terms, too, of which one may be a part of another", () => {
    const style = { name: "style", value: -3 };
    const part = (value: number) => ({ name: "conv1", value, of: "style" });
    const told = [
      point(1, 1, run, { terms: [style, part(-2)] }),
      point(1, 2, run),
      point(2, 1, run, { terms: [{ ...style, value: -1 }, part(-1), { name: "conv1", value: 7 }] }),
    ];
    assert.deepEqual(termsOf(told), [
      { name: "style", values: [-3, NaN, -1] },
      { name: "conv1", of: "style", values: [-2, NaN, -1] },
      { name: "conv1", values: [NaN, NaN, 7] },
    ]);
    assert.deepEqual(termsOf(points), []);
  });

  it("reach from the bottom to the top, with a gap where there is no number", () => {
    const box = { width: 100, height: 12 };
    const way = { at: [1, 2, 4], length: 4 };
    assert.equal(pathOf([2, 4, 3], way, box), "M25.0 11.0L50.0 1.0L100.0 6.0");
    assert.equal(pathOf([2, NaN, 4], way, box), "M25.0 11.0M100.0 1.0");
    assert.equal(pathOf([7], { at: [1], length: 4 }, box), "M25.0 6.0");
  });

  it("have a gap where an octave begins, unless one of both has a single point", () => {
    const box = { width: 100, height: 12 };
    const way = (octaves: readonly number[]) => ({
      points: octaves.map((octave, i) => point(octave, i + 1, [2, 4])),
      at: [1, 2, 3, 4],
      length: 4,
    });
    assert.equal(pathOf([1, 5, 1, 5], way([1, 1, 2, 2]), box), "M25.0 11.0L50.0 1.0M75.0 11.0L100.0 1.0");
    assert.equal(pathOf([1, 5, 1, 5], way([1, 1, 1, 2]), box), "M25.0 11.0L50.0 1.0L75.0 11.0L100.0 1.0");
  });

  it("of more steps than there are pixels are drawn by what is least and greatest in each", () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i === 5005 ? 9 : i === 5007 ? -9 : i % 2));
    const path = pathOf(values, { at: values.map((_, i) => i), length: 10_000 }, { width: 100, height: 20 });
    assert.ok(path.split(/[ML]/).length <= 4 * 101, "four a pixel");
    assert.ok(path.includes("L50.0 1.0") || path.includes("L50.1 1.0"));
    assert.ok(path.includes("L50.1 19.0"));
  });

  const all = (from: readonly [number, number], to: readonly [number, number], run: readonly [number, number]) => {
    const [, steps] = run;
    const places = Array.from(
      { length: run[0] * steps },
      (_, i) => [Math.floor(i / steps) + 1, (i % steps) + 1] as const,
    );
    const number = ([octave, step]: readonly [number, number]) => octave * 1000 + step;
    return places
      .filter((place) => number(place) >= number(from) && number(place) <= number(to))
      .map(([octave, step]) => point(octave, step, run));
  };
  for (const [what, before, after, steps] of [
    ["fewer steps, from the midst of an octave", all([1, 1], [2, 5], [4, 10]), all([3, 1], [4, 3], [4, 3]), 15 + 6],
    ["fewer steps, of an octave that had not so many", all([1, 1], [2, 2], [4, 10]), all([2, 3], [4, 3], [4, 3]), 12 + 7], // prettier-ignore
    ["more steps", all([1, 1], [2, 3], [4, 3]), all([2, 4], [4, 10], [4, 10]), 6 + 27],
    ["other octaves of other steps, as many in all", all([1, 1], [2, 5], [4, 10]), all([2, 6], [2, 20], [2, 20]), 15 + 15], // prettier-ignore
  ] as const)
    it(`lie in the plot, from left to right, where a branch goes on with ${what}`, () => {
      for (const line of [before, [...before, ...after], [...before, ...after.slice(0, 2)]]) {
        const { at, length } = wayOf(line);
        assert.ok(
          at.every((x, i) => x > (at[i - 1] ?? 0) && x <= length),
          at.join(),
        );
      }
      const { at, length } = wayOf([...before, ...after]);
      assert.deepEqual([at.at(-1), length], [steps, steps]);
    });

  it("count steps as they are where nothing was changed, also where not each has a point", () => {
    const sparse = [point(1, 3, [2, 10]), point(1, 9, [2, 10]), point(2, 4, [2, 10])];
    assert.deepEqual(wayOf(sparse), { points: sparse, at: [3, 9, 14], length: 20 });
  });

  it("end with a search's result where its last try ended, however few of the tries were needed", () => {
    const tries = all([1, 1], [2, 10], [7, 10]);
    const result = point(2, 10, [7, 10], { total: 20 });
    const way = wayOf([...tries, result]);
    assert.deepEqual([way.at.at(-2), way.at.at(-1), way.length], [20, 20, 20]);
    assert.ok(isResult(way, result));
    assert.ok(tries.every((one) => !isResult(way, one)));
  });

  it("compare within the picture that is made at present, not with the first of a sheet, or of a zoom", () => {
    const sheet = [point(1, 1, run), point(1, 2, run), point(2, 1, run), point(2, 2, run)];
    assert.equal(newestPicture(wayOf(sheet), true), 2);
    assert.equal(newestPicture(wayOf(sheet), false), 0, "octaves of one picture");
    assert.equal(newestPicture(wayOf([...sheet, ...sheet]), false), 4);
    assert.equal(newestPicture(wayOf([]), true), 0);
    assert.deepEqual(endsOf({ name: "", values: [7, NaN, -362, -1] }, 1), [-362, -1]);
  });

  it("show nothing of what was climbed before in another layer, or by another network", () => {
    const own = points.map((point) => ({ ...point, subject: "b.onnx" }));
    assert.deepEqual(wayOf([...points.map((point) => ({ ...point, subject: "a.onnx" })), ...own]), wayOf(own));
  });

  it("begin anew where a branch goes on with another layer, and not where only a setting is another", () => {
    const film = new Film();
    const made = (layer: string, seed: number) => ({ technique: "deep-dream", model: "a.onnx", layer, seed }) as Recipe; // as far as it is read
    const first = film.add(frameAt(1, 1, 4), undefined, made("conv1", 1));
    const second = film.add(frameAt(2, 1, 4), first, made("conv1", 2));
    assert.equal(wayOf(pointsOf(second)).points.length, 2);
    assert.equal(wayOf(pointsOf(film.add(frameAt(3, 1, 4), second, made("conv2", 2)))).points.length, 1);
  });

  it("show nothing of what another technique climbed before", () => {
    const style = { technique: "style-transfer", losses: { "total variation": 2 } };
    const own = [point(1, 1, [1, 8], style), point(1, 2, [1, 8], style)];
    assert.deepEqual(wayOf([...points, ...own]), wayOf(own));
  });
});
