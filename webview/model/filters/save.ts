import { kindWords, scaleWords } from "../../../src/shared/filter-words.ts";
import type { FilterCard, FilterScale } from "../../../src/shared/inside.ts";
import { figure } from "../../shared/words.ts";
import { nameText } from "../breakable.ts";
import { fileNameOf } from "../file-name.ts";
import type { View } from "../view.ts";
import { canvasOf, contextOf, pngOf, themeColor } from "./canvas.ts";
import { verdictWords } from "./words.ts";

const [margin, line] = [16, 20];
const leastWidth = 520;

/** The picture as it is on the screen, under lines that say what it is. */
export async function saveFilters(
  { session }: View,
  card: FilterCard,
  shown: FilterScale,
  picture: HTMLCanvasElement,
): Promise<void> {
  const box = picture.getBoundingClientRect();
  const scale = Math.max(1, devicePixelRatio);
  const width = Math.max(leastWidth, box.width + 2 * margin);
  const { verdict, why } = verdictWords(card);
  const words = [nameText(card.layer), kindWords(card), scaleWords(card, shown, figure), `${verdict}: ${why}`];
  const head = words.length * line;
  const canvas = canvasOf(width * scale, (box.height + head + 2 * margin) * scale);
  const context = contextOf(canvas);
  context.scale(scale, scale);
  context.fillStyle = themeColor(document.body, "--vscode-editor-background");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = themeColor(document.body, "--vscode-foreground");
  const font = getComputedStyle(document.body).fontFamily;
  words.forEach((text, i) => {
    context.font = `${i === 0 ? "600 14px" : "12px"} ${font}`;
    context.fillText(text, margin, margin + 12 + i * line, width - 2 * margin);
  });
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, margin, margin + head, box.width, box.height);
  const title = session.card.value?.title ?? session.subject.value?.name ?? "";
  await session.host.savePicture({
    name: `${fileNameOf(title, card.layer, "filters")}.png`,
    bytes: await pngOf(canvas),
    kind: "png",
  });
}
