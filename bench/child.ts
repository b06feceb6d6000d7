import type { Measure } from "./table.ts";

// One measure's process: its table goes to main.ts.
const [, , name] = process.argv;
const { default: measure } = (await import(`./measures/${name ?? ""}.ts`)) as { default: Measure };
const table = await measure();
process.send?.(table, () => process.disconnect());
