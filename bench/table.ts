/** What one measure found out. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to understand the numbers. */
  readonly notes: readonly string[];
}

/** One file in measures/, whose name is what `--only` takes. */
export type Measure = () => Promise<Table>;

export function markdown({ title, columns, rows, notes }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `## ${title}`,
    [columns, columns.map(() => "---"), ...rows].map(line).join("\n"),
    ...(notes.length ? [notes.map((note) => `- ${note}`).join("\n")] : []),
  ].join("\n\n");
}
