import { float32, size, type FloatTensor } from "../../../shared/tensor.ts";
import type { Value } from "../../graph/graph.ts";
import { normal } from "../../images/arithmetic.ts";
import { differentiate } from "../../propagation/differentiate.ts";
import { brightest } from "../canvas.ts";
import type { GeneratorFile } from "../generator-file.ts";
import { openBothWays } from "./both-ways.ts";
import type { Parameterization } from "./parameterization.ts";
import { offScreen, onScreen } from "./screen.ts";

export interface GeneratorOptions {
  readonly threads: number;
  readonly seed: number;
  readonly start?: Float32Array;
}

/**
 * A picture by the latent that a generator draws it from (Nguyen et al. 2016): nothing that the generator cannot draw
 * comes up. It starts from a latent as generators are trained with: normal, of deviation 1.
 */
export async function generated(
  { path, graph, latent, picture, range: [low, high] }: GeneratorFile,
  { threads, seed, start }: GeneratorOptions,
): Promise<Parameterization> {
  const signal = graph.input("signal:generator", { dtype: "float32", shape: picture.shape });
  const [gradient] = differentiate(graph, picture, signal, [latent]);
  const options = { file: path, threads };
  const { forwards, backwards, release } = await openBothWays(graph, picture, gradient as Value, options); // one gradient for one input
  const next = normal(seed);
  const values = start?.slice() ?? Float32Array.from({ length: size(latent.shape) }, next);
  const perUnit = brightest / (high - low);
  const inUse = (): FloatTensor => float32(latent.shape, values);
  let raw: Float32Array | undefined;
  const draw = async (): Promise<Float32Array> => {
    const [found] = await forwards.run(new Map([[latent, inUse()]]));
    return (raw = (found as FloatTensor).data.map((x) => (x - low) * perUnit));
  };
  return {
    kind: "latent",
    shape: latent.shape,
    values,
    picture: async () => float32(picture.shape, onScreen(await draw())),
    async pullBack({ data }) {
      const seed = offScreen(raw ?? (await draw()), data).map((slope) => slope * perUnit);
      const given = new Map([
        [latent, inUse()],
        [signal, float32(picture.shape, seed)],
      ]);
      const [found] = await backwards.run(given);
      return (found as FloatTensor).data.slice();
    },
    move(by) {
      for (let i = 0; i < values.length; i++) values[i]! += by[i]!;
    },
    set: (given) => values.set(given),
    release,
  };
}
