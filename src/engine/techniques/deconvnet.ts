import { choice, number } from "../../shared/parameters.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import { deconvnet } from "../propagation/deconvnet.ts";
import { done, emptiness, signedMap, undefinedFor } from "./parts/findings.ts";
import { zeilerFergus } from "./parts/papers.ts";
import { onlyChannel, strongestChannel } from "./parts/strongest.ts";
import { NotApplicable, technique, type Target } from "./technique.ts";

/** Where in the layer the unit is. */
const place = { default: 0, min: 0, max: 100000, step: 1, when: { parameter: "from", is: ["unit"] } } as const;

export default technique({
  title: "Deconvnet",
  summary:
    "What excites a score, a layer's strongest feature map or one unit, projected back through the network to the pixels.",
  convention:
    "ReLU passes max(g, 0), whatever it was on the way forward; pooling by its switches; signed sum over channels",
  citation: zeilerFergus,
  needs: ["layer"],
  parameters: {
    from: choice({
      label: "Start from",
      default: "score",
      options: { score: "The score", strongest: "The strongest map", unit: "One unit" },
      needs: { score: "class", strongest: "layer", unit: "layer" },
    }),
    channel: number({ label: "Unit: channel", ...place }),
    row: number({ label: "Unit: row", ...place }),
    column: number({ label: "Unit: column", ...place }),
  },
  order: 80,
  cost: 1,

  async *run({ model, image, target, layer, parameters: { from, ...unit } }) {
    // A network without classes still has layers.
    const classless = target.weights.length === 0;
    const start = from === "score" && classless ? "strongest" : from;
    const { of, words } =
      start === "score"
        ? { of: { kind: "class", weights: target.weights } as const, words: `the score of ${target.label}` }
        : seeded(await model.activations(image, layer), start, layer, unit);
    const { signal, smooth } = await model.gradient(image, { of, method: deconvnet });
    yield done();
    yield signedMap(signal, { title: `Projection of ${words}`, unit: "projected activation" });
    yield* undefinedFor(smooth, "Deconvnet");
    yield* emptiness(signal, `${words} sends nothing positive back.`);
  },
});

function seeded(
  activations: FloatTensor,
  start: "strongest" | "unit",
  layer: string,
  { channel, row, column }: { channel: number; row: number; column: number },
): { of: Target; words: string } {
  const [, channels = 1, height = 1, width = 1] = activations.shape;
  if (start === "strongest") {
    const best = strongestChannel(activations);
    return { of: { kind: "layer", layer, seed: onlyChannel(activations, best) }, words: `channel ${best} of ${layer}` };
  }
  if (channel >= channels || row >= height || column >= width)
    throw new NotApplicable(
      `${layer} has ${channels} channels of ${height} × ${width}; there is no unit at channel ${channel}, row ${row}, column ${column}.`,
    );
  return {
    of: { kind: "layer", layer, seed: onlyChannel(activations, channel, { row, column }) },
    words: `the unit at ${row}, ${column} of channel ${channel} of ${layer}`,
  };
}
