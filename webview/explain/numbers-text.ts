import { at, gridOf } from "../shared/quantized.ts";
import type { Picture } from "./result.ts";
import type { Session } from "./session.ts";
import { preparedWords, wordsFor } from "./subject-words.ts";

/** What is on screen as text with tabs, for a spreadsheet or a reader without eyes on colours. */
export function numbersText(session: Session, picture: Picture | undefined): string {
  const { looked } = session;
  if (!looked) return "";
  const { prediction, card, photoName } = looked;
  const words = wordsFor(session);
  const rows: (readonly (string | number)[])[] = [
    ["photo", photoName],
    ["model", card.path],
    ["prepared", preparedWords(session)],
    [],
    ["class", "label", "probability", "score"],
    ...prediction.top.map(({ index, label, probability, score }) => [index, label, probability, score]),
  ];
  if (picture && words) {
    rows.push([], ["technique", `${words.title} ${words.of}`.trim()]);
    if (words.layer !== undefined) rows.push(["layer", words.layer]);
    if (words.parameters !== "") rows.push(["parameters", words.parameters]);
    rows.push(...rowsOf(picture, (index) => session.classOf(index)?.label ?? `class ${index}`));
  }
  return `${rows.map((row) => row.map(cell).join("\t")).join("\n")}\n`;
}

function rowsOf(picture: Picture, labelOf: (index: number) => string): (readonly (string | number)[])[] {
  if (picture.kind === "classes") {
    const [, columns = 0] = picture.shape;
    const names = picture.classes.map(labelOf);
    return [["map", picture.title], ...chunks(names, columns)];
  }
  const { values, title, unit } = picture;
  const { rows, columns } = gridOf(values);
  const numbers = Array.from({ length: rows * columns }, (_, i) =>
    Number(at(values, Math.floor(i / columns), i % columns).toPrecision(4)),
  );
  return [
    ["map", title],
    ["unit", unit],
    ["range", values.low, values.high],
    ["in 256 steps; save as .npy for all digits"],
    ...chunks(numbers, columns),
  ];
}

const chunks = <T>(list: readonly T[], length: number): (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / Math.max(length, 1)) }, (_, i) =>
    list.slice(i * length, (i + 1) * length),
  );

/** A label with a tab or a line's end in it stays one cell. */
const cell = (value: string | number) => String(value).replace(/[\t\r\n]+/g, " ");
