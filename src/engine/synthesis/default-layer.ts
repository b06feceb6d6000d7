import type { Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";

/** How far into a network parts of things are seen: eyes, snouts, wheels. Before are textures, behind are whole classes. */
const partsOfThings = 0.6;

const joins: ReadonlySet<string> = new Set(["Concat", "Add"]);

/**
 * Where dreams are good: three fifths of the way through the layers, at the nearest one that joins several paths.
 * Chosen by looking: SqueezeNet's fire6/concat gives eyes and fur, EfficientNet-Lite0's stage5/block3 snouts and faces;
 * layers before draw stripes, the last ones hardly anything. Undefined where no layer has maps.
 */
export function dreamLayer({ network: { graph }, layers: all, score, numberless }: Bound): Layer | undefined {
  const layers = all.filter(({ output }) => !numberless.has(output));
  const path = new Set(graph.leadingTo(score ? [score.value] : layers.slice(-1).map(({ output }) => output)));
  const spatial = layers.filter(
    ({ nodes, output: { shape } }) =>
      shape.length === 4 && (shape[2] ?? 1) * (shape[3] ?? 1) > 1 && nodes.some((node) => path.has(node)),
  );
  const joining = spatial.filter(({ nodes }) => nodes.some(({ op }) => joins.has(op)));
  const middle = partsOfThings * layers.length;
  const distance = (layer: Layer) => Math.abs(layers.indexOf(layer) - middle);
  const [nearest] = [...(joining.length ? joining : spatial)].sort((a, b) => distance(a) - distance(b));
  return nearest;
}
