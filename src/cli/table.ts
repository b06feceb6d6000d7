import { shown } from "../shared/shown.ts";

/** Columns of the terminal; lines of a file or a pipe may be of any length. */
export const terminalColumns = (): number => (process.stdout.isTTY ? Math.max(60, process.stdout.columns) : Infinity);

/** Where lists are broken in a file or a pipe: any terminal has as much. */
export const usualColumns = 80;

/** Of a name in a file or a pipe, which programs read: any that a person gave is shorter. */
const longestName = 1000;

/** A name for a table. A terminal has room for less than a file or a pipe. */
export const nameText = (name: string): string => (process.stdout.isTTY ? shown(name) : wholeName(name));

/** All of a name, and of a monstrous one its ends. */
export function wholeName(name: string): string {
  const left = name.length - longestName;
  if (left <= 0) return shown(name, Infinity);
  const cut = `… (${left.toLocaleString("en-US")} characters left out) …`;
  return shown(`${name.slice(0, longestName / 2)}${cut}${name.slice(-longestName / 2)}`, Infinity);
}

const between = "  ";

/** A longer cell moves the rest of its own row: a name of a megabyte does not make all rows as long. */
const widestColumn = 160;

/** Rows in columns, as wide as they are. `right`: columns of numbers, which stand under each other by their last figure. */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths = (rows[0] ?? [])
    .map((_, i) => rows.reduce((widest, row) => Math.max(widest, row[i]?.length ?? 0), 0))
    .map((widest) => Math.min(widestColumn, widest));
  return rows.map((row) =>
    row
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join(between)
      .trimEnd(),
  );
}

/**
 * Names and numbers about each, within so many columns: long names lose their middle, numbers nothing. What needs more of
 * its name to be told from the others has it on a line of its own.
 */
export function numbersTable(
  headings: readonly (readonly string[])[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const all = [...headings, ...rows];
  const count = Math.max(...all.map(({ length }) => length));
  const taken = Array.from({ length: count - 1 }, (_, i) => Math.max(...all.map((row) => (row[i + 1] ?? "").length)));
  const room = Math.max(shortest, columns - taken.reduce((sum, widest) => sum + widest + between.length, 0));
  const names = shortNames(
    rows.map(([name = ""]) => name),
    room,
  );
  const cells = rows.map(([, ...numbers], i) => [(names[i] ?? "").length > room ? "" : (names[i] ?? ""), ...numbers]);
  const lines = table([...headings, ...cells], new Set(taken.map((_, i) => i + 1)));
  const beneath = lines.slice(headings.length);
  return [
    ...lines.slice(0, headings.length),
    ...beneath.flatMap((line, i) => ((names[i] ?? "").length > room ? [names[i] ?? "", line] : [line])),
  ];
}

/** Of a name that is shortened there is at least as much. */
const shortest = 14;

/** Names of so many characters, without their middle; those that would look the same have more of it. */
export function shortNames(names: readonly string[], longest: number): string[] {
  const short = names.map((name) => (longest === Infinity ? wholeName(name) : shown(name, longest)));
  const times = new Map<string, number>();
  for (const each of short) times.set(each, (times.get(each) ?? 0) + 1);
  const alike = names.flatMap((name, i) => (name.length > longest && (times.get(short[i] ?? "") ?? 0) > 1 ? [i] : []));
  if (!alike.length) return short;
  const longer = shortNames(
    alike.map((i) => names[i] ?? ""),
    2 * longest,
  );
  alike.forEach((i, at) => (short[i] = longer[at] ?? ""));
  return short;
}

/** Items of a list over as many lines as they need, the later ones further in. */
export function listLines(title: string, items: readonly string[], indent = "  "): string[] {
  const columns = process.stdout.isTTY ? terminalColumns() : usualColumns;
  const lines = [`${indent}${title}`];
  items.forEach((item, i) => {
    const piece = i < items.length - 1 ? `${item},` : item;
    const line = lines.at(-1) ?? "";
    if (line.length + 1 + piece.length <= columns) lines[lines.length - 1] = `${line} ${piece}`;
    else lines.push(`${indent}  ${piece}`);
  });
  return lines;
}
