import type { FilterCard } from "../../../src/shared/inside.ts";
import { visible } from "../../shared/words.ts";
import { fileNameOf } from "../file-name.ts";
import type { View } from "../view.ts";
import { canvasOf, contextOf, pngOf, themeColor } from "./canvas.ts";
import { kindWords, verdictWords } from "./words.ts";

const [margin, line] = [16, 20];
const leastWidth = 520;

/** The picture as it is on the screen, under a line that says what it is. */
export async function saveFilters({ session }: View, card: FilterCard, picture: HTMLCanvasElement): Promise<void> {
  const box = picture.getBoundingClientRect();
  const scale = Math.max(1, devicePixelRatio);
  const width = Math.max(leastWidth, box.width + 2 * margin);
  const canvas = canvasOf(width * scale, (box.height + 3 * line + 2 * margin) * scale);
  const context = contextOf(canvas);
  context.scale(scale, scale);
  context.fillStyle = themeColor(document.body, "--vscode-editor-background");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = themeColor(document.body, "--vscode-foreground");
  const font = getComputedStyle(document.body).fontFamily;
  const { verdict, why } = verdictWords(card);
  const words = [visible(card.layer), kindWords(card), `${verdict}: ${why}`];
  words.forEach((text, i) => {
    context.font = `${i === 0 ? "600 14px" : "12px"} ${font}`;
    context.fillText(text, margin, margin + 12 + i * line, width - 2 * margin);
  });
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, margin, margin + 3 * line, box.width, box.height);
  const title = session.card.value?.title ?? session.subject.value?.name ?? "";
  await session.host.savePicture({
    name: `${fileNameOf(title, card.layer, "filters")}.png`,
    bytes: await pngOf(canvas),
    kind: "png",
  });
}
