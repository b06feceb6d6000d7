import assert from "node:assert/strict";
import type { OpenModel } from "../../../src/engine/model.ts";
import { colorsIn } from "../../../src/engine/colors.ts";
import { defaultLayer } from "../../../src/engine/card.ts";
import { techniqueOf } from "../../../src/engine/run.ts";
import type { Colors } from "../../../src/engine/techniques/technique.ts";
import { complete, type Given } from "../../../src/shared/parameters.ts";
import type { FloatTensor } from "../../../src/shared/tensor.ts";
import type { Finding, FloatHeatmap } from "../../../src/shared/updates.ts";

export type HeatMap = FloatHeatmap;
export type Note = Extract<Finding, { kind: "note" }>;

export interface Question {
  readonly model: OpenModel;
  readonly image: FloatTensor;
  /** The class to explain: 1 unless told. */
  readonly target?: number;
  readonly against?: number;
  readonly layer?: string;
  readonly parameters?: Given;
  readonly colors?: Colors;
  readonly photo?: FloatTensor;
}

/** Runs a technique as the engine does, without its files, and collects what it finds, in order. */
export async function ask(id: string, question: Question): Promise<Findings> {
  const { model, image, target = 1, against, parameters = {}, colors = colorsIn(image), photo } = question;
  const technique = techniqueOf(id);
  const bound = await model.bound(1);
  const weights = new Float32Array(bound.score?.classes ?? 0);
  if (weights.length) weights[target] = 1;
  if (against !== undefined) weights[against] = -1;
  const found: Finding[] = [];
  for await (const finding of technique.run({
    model,
    image,
    target: { weights, index: weights.length ? target : -1, label: `class ${target}` },
    labels: [],
    layer: question.layer ?? defaultLayer(bound)?.name ?? "",
    parameters: complete(technique.parameters, parameters),
    colors,
    photo: async () => photo ?? Promise.reject(new Error("no photo")),
    signal: new AbortController().signal,
  }))
    found.push(finding);
  return new Findings(found);
}

export class Findings {
  constructor(readonly all: readonly Finding[]) {}

  /** The last map of that key: what a person is left with. */
  map(key = "map"): HeatMap {
    const found = this.maps(key).at(-1);
    assert.ok(found, `there is a map called ${key}`);
    return found;
  }

  /** All maps of that key, in order. */
  maps(key = "map"): HeatMap[] {
    return this.all.filter((finding) => finding.kind === "heatmap" && finding.key === key) as HeatMap[];
  }

  note(key: string): Note | undefined {
    return this.all.findLast((finding): finding is Note => finding.kind === "note" && finding.key === key);
  }

  get progress(): readonly number[] {
    return this.all.flatMap((finding) => (finding.kind === "progress" ? [finding.done] : []));
  }
}

/** Equal but for what float32 leaves: `tolerance` is a share of the greatest expected magnitude. */
export function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5, what = "values"): void {
  assert.equal(actual.length, expected.length, `${what}: as many`);
  const greatest = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  assert.ok(greatest > 0, `${what}: something is expected`);
  const worst = Array.from(expected).reduce((max, x, i) => Math.max(max, Math.abs(x - actual[i]!)), 0);
  assert.ok(worst <= tolerance * greatest, `${what} differ by ${worst} where ${greatest} is the greatest`);
}

export const oneHot = (length: number, ...[target, against]: readonly number[]): Float32Array => {
  const weights = new Float32Array(length);
  if (target !== undefined) weights[target] = 1;
  if (against !== undefined) weights[against] = -1;
  return weights;
};
