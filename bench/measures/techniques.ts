import { join } from "node:path";
import { root } from "../../scripts/paths.mjs";
import type { RunRequest } from "../../src/shared/protocol.ts";
import type { Supervisor } from "../../src/supervisor/types.ts";
import { withEngine } from "../engine.ts";
import { efficientnet, squeezenet } from "../networks/index.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";

const image = join(root, "samples/cat-chelsea.png");
const times = 3;

export default function techniques(): Promise<Table> {
  return withEngine(async (engine) => {
    const cards = await engine.client.techniques();
    const subjects = [squeezenet, efficientnet];
    const rows: string[][] = [];
    for (const { id, title } of cards) {
      const cells: string[] = [];
      for (const { path: model } of subjects) cells.push(...(await cellsOf(engine, { model, image, technique: id })));
      rows.push([title, ...cells]);
    }
    return {
      title: "Each technique, warm",
      columns: ["technique", ...subjects.flatMap(({ title }) => [`${title}, first map`, "all"])],
      rows,
      notes: [
        "With its default parameters, through the supervisor and dist/engine.js, each time for another class; once before that did not count.",
      ],
    };
  });
}

async function cellsOf(engine: Supervisor, request: Omit<RunRequest, "parameters">): Promise<readonly string[]> {
  const first: number[] = [];
  const all: number[] = [];
  for (let target = 0; target <= times; target++) {
    const start = performance.now();
    let shown: number | undefined;
    try {
      for await (const update of engine.client.run({ ...request, target, parameters: {} }))
        if (update.kind === "heatmap") shown ??= performance.now() - start;
    } catch (error) {
      if (error instanceof Error && error.name === "NotApplicable") return ["not applicable", ""];
      throw error;
    }
    if (target === 0) continue;
    all.push(performance.now() - start);
    if (shown !== undefined) first.push(shown);
  }
  return [spread(first), spread(all)];
}
