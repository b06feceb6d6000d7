import { shown } from "../shared/shown.ts";

const longestCell = 120;

/** A table that reads well as it is, and as markdown. Text from files is shown as it is, whatever it holds. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => header.map((_, i) => cell(row[i] ?? "")));
  const widths = header.map((_, i) => Math.max(3, ...cells.map((row) => lengthOf(row[i] ?? ""))));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, i) => (row[i] ?? "").padEnd(width + (row[i] ?? "").length - lengthOf(row[i] ?? ""))).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)].join("\n");
}

/** One line of text in which nothing means anything to markdown. */
export const plain = (text: string, longest = longestCell): string =>
  shown(text, longest).replace(/[\\`*_[\]<>|#~]/g, (character, at: number, whole: string) =>
    character === "_" && isInWord(whole, at) ? character : `\\${character}`,
  );

const cell = (text: string) => plain(text);
const lengthOf = (text: string) => [...text].length;

/** "conv_1": between letters an underscore marks nothing. */
const isInWord = (text: string, at: number) => /\w/.test(text[at - 1] ?? "") && /\w/.test(text[at + 1] ?? "");
