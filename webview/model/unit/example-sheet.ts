import type { ChannelExamples, Example } from "../../../src/shared/examples.ts";
import { drawn } from "../../shared/examples.ts";
import { figure, visible } from "../../shared/words.ts";
import { inksOf } from "../features/inks.ts";
import { canvasOf, contextOf } from "../filters/canvas.ts";

const cell = 200;
const gap = 16;
const line = 20;
const columns = 3;

/** All examples on one picture, with values and names, to take along. */
export async function exampleSheet(
  title: string,
  words: string,
  { most, least }: Pick<ChannelExamples, "most" | "least">,
): Promise<HTMLCanvasElement> {
  const rowsOf = (examples: readonly Example[]) => Math.ceil(examples.length / columns);
  const tall = (examples: readonly Example[]) => rowsOf(examples) * (cell + line + gap);
  const heading = gap + 2 * line + gap;
  const between = least.length ? line + gap : 0;
  const canvas = canvasOf(gap + columns * (cell + gap), heading + tall(most) + between + tall(least));
  const context = contextOf(canvas);
  const { paper, text } = inksOf(document.body);
  const font = getComputedStyle(document.body).fontFamily;
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = text;
  const write = (said: string, x: number, y: number, width: number, style = "13px") => {
    context.font = `${style} ${font}`;
    context.fillText(fitting(context, said, width), x, y);
  };
  write(title, gap, gap + 14, canvas.width - 2 * gap, "bold 15px");
  write(words, gap, gap + line + 14, canvas.width - 2 * gap);
  const lay = async (examples: readonly Example[], top: number) => {
    for (const [i, { patch, name, value }] of examples.entries()) {
      const [x, y] = [gap + (i % columns) * (cell + gap), top + Math.floor(i / columns) * (cell + line + gap)];
      if (patch) {
        const picture = await drawn(patch.png);
        const scale = Math.min(cell / picture.width, cell / picture.height);
        const [wide, high] = [picture.width * scale, picture.height * scale];
        context.drawImage(picture, x + (cell - wide) / 2, y + (cell - high) / 2, wide, high);
      }
      write(`${figure(value)}  ${visible(name)}`, x, y + cell + 15, cell);
    }
  };
  await lay(most, heading);
  if (least.length) write("Least", gap, heading + tall(most) + 14, cell, "bold 13px");
  await lay(least, heading + tall(most) + between);
  return canvas;
}

/** As much of a text as fits into the width. */
function fitting(context: CanvasRenderingContext2D, said: string, width: number): string {
  if (context.measureText(said).width <= width) return said;
  let [fits, over] = [0, said.length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (context.measureText(`${said.slice(0, middle)}…`).width <= width) fits = middle;
    else over = middle;
  }
  return `${said.slice(0, fits)}…`;
}
