import { float32, shapeText, type FloatTensor } from "../../../shared/tensor.ts";
import { shown } from "../../../shared/shown.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { brightest, channels, sizeOf, type Canvas } from "../canvas.ts";
import { synthesisTechnique } from "../technique.ts";

/** Numbers that stay below this were meant for 0 to 1, where screens have 0 to 255. */
const unitRange = 2;

export default synthesisTechnique({
  title: "Style network",
  summary: "The photo as a network repaints it that was made for that: one run, nothing is climbed.",
  convention:
    "the first output with three channels, as it is: 0 to 255, or 0 to 1 where no number is above 2; red, green, blue or the other way round, as the network takes the photo",
  citation: {
    authors: "Johnson, Alahi, Fei-Fei",
    title: "Perceptual losses for real-time style transfer and super-resolution",
    venue: "ECCV",
    year: 2016,
    url: "https://arxiv.org/abs/1603.08155",
  },
  fromPhoto: true,
  needs: [],
  parameters: {},
  order: 75,

  async *run({ photo, model, bound, line, preparation, view }) {
    if (!photo) throw new NotApplicable("A photo is needed to be repainted.");
    const { outputs } = bound.network;
    const output = outputs.find(
      ({ shape, dtype }) => shape.length === 4 && shape[1] === channels && dtype === "float32",
    );
    if (!output)
      throw new NotApplicable(
        `This network was not made to paint; give the picture whose style is wanted too. Its outputs are ${outputs.map(({ name, shape }) => `${shown(name)} ${shapeText(shape)}`).join(", ")}.`,
      );
    const [values] = await model.together(line.toNetwork(view(photo)), () => [output]);
    const canvas = painted(values as FloatTensor, preparation.color === "BGR"); // as its type says
    const { shape, data } = canvas;
    const checkpoint = () => ({ kind: "picture" as const, octave: 1, step: 1, shape, values: data });
    const { height, width } = sizeOf(canvas);
    const objective = 0;
    yield { step: 1, objective, losses: {}, canvas, octave: 1, octaves: 1, steps: 1, done: 1, total: 1, checkpoint };
    yield {
      verdict: `${shown(output.name)} as a picture, ${width} × ${height}: one run, nothing was climbed.`,
      good: true,
    };
  },
});

function painted({ shape, data }: FloatTensor, isBlueFirst: boolean): Canvas {
  const highest = data.reduce((most, x) => Math.max(most, x), -Infinity);
  const scale = highest > unitRange ? 1 : brightest;
  const plane = data.length / channels;
  const ordered = data.map((_, i) => {
    const channel = Math.floor(i / plane);
    const from = isBlueFirst ? channels - 1 - channel : channel;
    return scale * data[from * plane + (i % plane)]!;
  });
  return float32(shape, ordered);
}
