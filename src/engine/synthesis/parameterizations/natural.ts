import { float32, size, type FloatTensor } from "../../../shared/tensor.ts";
import { Builder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { normal } from "../../images/arithmetic.ts";
import { differentiate } from "../../propagation/differentiate.ts";
import { channels } from "../canvas.ts";
import { densityAt, type PhotoStatistics } from "../photo-statistics.ts";
import type { Size } from "../program.ts";
import { openBothWays } from "./both-ways.ts";
import { frequency, inverseTransform } from "./fourier.ts";
import type { Parameterization } from "./parameterization.ts";
import { offScreen, onScreen } from "./screen.ts";

export interface NaturalOptions extends Size {
  readonly threads: number;
  readonly seed: number;
  /** Deviation of the numbers that it starts from: with 1 it starts as one of the pictures that are as the photos are. */
  readonly deviation: number;
  readonly start?: Float32Array;
}

/**
 * A picture by its spectrum, weighted by what photos have of each frequency, its colours mixed as theirs vary. Numbers that
 * are normal, of mean 0 and deviation 1, give pictures with the photos' mean colour, colour covariance and power spectrum.
 */
export async function natural(
  statistics: PhotoStatistics,
  { height, width, threads, seed, deviation, start }: NaturalOptions,
): Promise<Parameterization> {
  const g = new Builder();
  const half = Math.floor(width / 2) + 1;
  // Real parts above imaginary parts.
  const shape = [1, channels, 2 * height, half];
  const spectrum = g.graph.input("spectrum", { dtype: "float32", shape });
  const weighted = g.mul(spectrum, g.constant(weights(statistics, height, width)));
  const components = g.reshape(inverseTransform(g, weighted, height, width), [channels, height * width]);
  const mixed = g.matmul(g.constant(float32([channels, channels], statistics.mixing)), components);
  const colored = g.add(mixed, g.constant(float32([channels, 1], statistics.mean)));
  const picture = g.reshape(colored, [1, channels, height, width]);
  const signal = g.graph.input("signal", { dtype: "float32", shape: picture.shape });
  const [gradient] = differentiate(g.graph, picture, signal, [spectrum]);
  const { forwards, backwards, release } = await openBothWays(g.graph, picture, gradient as Value, { threads }); // one gradient for one input

  const next = normal(seed);
  const values = start?.slice() ?? Float32Array.from({ length: size(shape) }, () => deviation * next());
  let raw: Float32Array | undefined;
  const draw = async (): Promise<Float32Array> => {
    const [found] = await forwards.run(new Map([[spectrum, float32(shape, values)]]));
    return (raw = (found as FloatTensor).data);
  };
  return {
    kind: "natural",
    shape,
    values,
    picture: async () => float32(picture.shape, onScreen(await draw())),
    async pullBack({ data }) {
      const seed = float32(picture.shape, offScreen(raw ?? (await draw()), data));
      const [found] = await backwards.run(new Map([[signal, seed]]));
      return (found as FloatTensor).data;
    },
    move(by) {
      for (let i = 0; i < values.length; i++) values[i]! += by[i]!;
    },
    set: (given) => values.set(given),
    release,
  };
}

/** What a spectrum of deviation 1 is multiplied by: of each component, the root of its power there. */
function weights(statistics: PhotoStatistics, height: number, width: number): FloatTensor {
  const half = Math.floor(width / 2) + 1;
  const plane = height * width;
  const shape = [channels, 2 * height, half];
  const data = Float32Array.from({ length: size(shape) }, (_, i) => {
    const [component, row, column] = [Math.floor(i / (2 * height * half)), Math.floor(i / half) % height, i % half];
    const power =
      row === 0 && column === 0
        ? plane * plane * (statistics.variancesOfMeans[component] ?? 0)
        : plane * densityAt(statistics, component, frequency(height, width, row, column));
    // Half a spectrum: most columns stand for their mirror image too, with both parts of one complex number.
    const isAlone = column === 0 || 2 * column === width;
    return Math.sqrt(isAlone ? power : power / 2);
  });
  return float32(shape, data);
}
