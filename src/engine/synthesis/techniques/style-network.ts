import { float32, shapeText, type FloatTensor } from "../../../shared/tensor.ts";
import { shown } from "../../../shared/shown.ts";
import type { Picture } from "../../images/picture.ts";
import type { OpenModel } from "../../model.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { brightest, canvasOf, channels, resized, sizeOf, type Canvas } from "../canvas.ts";
import type { InputLine } from "../input-line.ts";
import { inOnePiece } from "../one-piece.ts";
import type { Size } from "../program.ts";
import { synthesisTechnique } from "../technique.ts";

/** Numbers that stay below this were meant for 0 to 1, where screens have 0 to 255. */
const unitRange = 2;

export default synthesisTechnique({
  title: "Style network",
  summary: "The photo as a network repaints it that was made for that: one run, nothing is climbed.",
  convention:
    "the photo in its own size where the network takes any; the first output with three channels, as it is: 0 to 255, or 0 to 1 where no number is above 2; red, green, blue or the other way round, as the network takes the photo",
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
    const own = await paintedWhole(model, photo, line, output.name);
    if (!own || own.remark !== undefined)
      yield {
        key: "size",
        said: own?.remark ?? `This network takes pictures of ${words(model.inputSize)} pixels only.`,
      };
    const values = own?.values ?? (await model.activations(line.toNetwork(view(photo)), output.name));
    const canvas = painted(values, preparation.color === "BGR");
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

/** What it makes of the whole photo; undefined where it takes no size but its usual one, which may show only when it runs. */
async function paintedWhole(
  usual: OpenModel,
  photo: Picture,
  line: InputLine,
  output: string,
): Promise<{ readonly values: FloatTensor; readonly remark: string | undefined } | undefined> {
  const { model, size, isOnlySize, remark } = await inOnePiece(usual, photo, []);
  try {
    if (isOnlySize) return undefined;
    const values = await model.activations(line.toNetwork(resized(canvasOf(photo), size.height, size.width)), output);
    return { values, remark };
  } catch {
    return undefined; // what is wrong at every size is said of the usual one
  } finally {
    await model.release();
  }
}

const words = ({ height, width }: Size): string => `${width} × ${height}`;

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
