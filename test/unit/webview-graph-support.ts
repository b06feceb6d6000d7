import type { NodeCard, Structure, ValueCard } from "../../src/shared/structure.ts";

/** A node, and the tensors by name: "in" is the network's input, "out" its output, names in capitals are weights. */
export interface Step {
  readonly op: string;
  readonly scope?: string;
  readonly name?: string;
  readonly reads: readonly string[];
  readonly makes: string;
  readonly layer?: number;
  readonly detail?: string;
  readonly trouble?: string;
}

/** A structure of a few words. */
export function structureOf(
  steps: readonly Step[],
  shapes: Readonly<Record<string, readonly number[]>> = {},
): Structure {
  const places = new Map<string, number>();
  const values: ValueCard[] = [];
  const place = (name: string) => {
    const known = places.get(name);
    if (known !== undefined) return known;
    const weight = /^[A-Z]/.test(name);
    places.set(name, values.length);
    return values.push({ name, dtype: "float32", shape: shapes[name] ?? [1, 8, 4, 4], weight }) - 1;
  };
  const nodes = steps.map(
    ({ op, scope = "", name = "", reads, makes, layer = -1, detail = "", trouble }): NodeCard => ({
      op,
      domain: "",
      name,
      scope,
      layer,
      inputs: reads.map(place),
      outputs: [place(makes)],
      detail,
      ...(trouble !== undefined && { trouble }),
    }),
  );
  const ends = (name: string) => (places.has(name) ? [places.get(name)!] : []);
  return { nodes, values, inputs: ends("in"), outputs: ends("out"), cycle: [] };
}

/** A chain of `length` nodes, each a layer of its own. */
export const chain = (length: number, step: (i: number) => Partial<Step> = () => ({})): Step[] =>
  Array.from({ length }, (_, i) => ({
    op: i % 2 ? "Relu" : "Conv",
    reads: [i === 0 ? "in" : `t${i - 1}`],
    makes: i === length - 1 ? "out" : `t${i}`,
    layer: i,
    ...step(i),
  }));

/** Blocks of two branches that are added, one after the other: "stage0.1.conv". */
export function residual(stages: number, blocks: number): Step[] {
  const steps: Step[] = [];
  let last = "in";
  let layer = 0;
  for (let stage = 0; stage < stages; stage++)
    for (let block = 0; block < blocks; block++) {
      const scope = `stage${stage}.${block}`;
      const id = `${stage}_${block}`;
      const makes = stage === stages - 1 && block === blocks - 1 ? "out" : `y${id}`;
      steps.push(
        {
          op: "Conv",
          scope: `${scope}.conv1`,
          reads: [last, `W1${id}`],
          makes: `a${id}`,
          layer,
          detail: "3 × 3, stride 2",
        },
        { op: "BatchNormalization", scope: `${scope}.bn1`, reads: [`a${id}`, `S1${id}`], makes: `b${id}`, layer },
        { op: "Relu", scope: `${scope}.relu`, reads: [`b${id}`], makes: `c${id}`, layer },
        {
          op: "Conv",
          scope: `${scope}.conv2`,
          reads: [`c${id}`, `W2${id}`],
          makes: `d${id}`,
          layer: layer + 1,
          detail: "1 × 1",
        },
        { op: "Add", scope, reads: [`d${id}`, last], makes, layer: layer + 2 },
      );
      layer += 3;
      last = makes;
    }
  return steps;
}
