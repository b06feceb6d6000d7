import { shown } from "../shared/shown.ts";

/** Columns of the terminal; of a file or a pipe those that any terminal has. */
const width = (): number => Math.max(60, process.stdout.isTTY ? process.stdout.columns : 80);

const between = "  ";

/** Rows in columns, as wide as they are. `right`: columns of numbers, which stand under each other by their last figure. */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((widest, row) => Math.max(widest, row[i]?.length ?? 0), 0));
  return rows.map((row) =>
    row
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join(between)
      .trimEnd(),
  );
}

/** Names and numbers about each, within the terminal: long names lose their middle, numbers nothing. */
export function numbersTable(headings: readonly (readonly string[])[], rows: readonly (readonly string[])[]): string[] {
  const all = [...headings, ...rows];
  const count = Math.max(...all.map(({ length }) => length));
  const taken = Array.from({ length: count - 1 }, (_, i) => Math.max(...all.map((row) => (row[i + 1] ?? "").length)));
  const room = width() - taken.reduce((sum, widest) => sum + widest + between.length, 0);
  const named = rows.map(([name = "", ...numbers]) => [
    shown(name, Math.min(80, Math.max(shortest, room))),
    ...numbers,
  ]);
  return table([...headings, ...named], new Set(taken.map((_, i) => i + 1)));
}

/** What is left of a name tells it from others at least. */
const shortest = 14;

/** "1, 2, 3 and 997 more" */
export function firstOf(items: readonly (string | number)[], most: number): string {
  const rest = items.length - most;
  return `${items.slice(0, most).join(", ")}${rest > 0 ? ` and ${rest.toLocaleString("en-US")} more` : ""}`;
}

/** Items of a list over as many lines as they need, the later ones further in. */
export function listLines(title: string, items: readonly string[], indent = "  "): string[] {
  const lines = [`${indent}${title}`];
  items.forEach((item, i) => {
    const piece = i < items.length - 1 ? `${item},` : item;
    const line = lines.at(-1) ?? "";
    if (line.length + 1 + piece.length <= width()) lines[lines.length - 1] = `${line} ${piece}`;
    else lines.push(`${indent}  ${piece}`);
  });
  return lines;
}
