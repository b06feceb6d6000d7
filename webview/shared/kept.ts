// What pages keep over a reload, which may have been written by an older Glassbox: it is looked at before it is believed.

export type Fields = Readonly<Record<string, unknown>>;
export type Check = (value: unknown) => boolean;

/** Where VS Code keeps one value per page. */
export interface Kept {
  getState(): unknown;
  setState(state: unknown): void;
}

/** The page's root element, as far as it matters here. */
export interface Page {
  readonly dataset: Readonly<Record<string, string | undefined>>;
}

/** Writes what is another than the last time. */
export function writer(kept: Kept): (state: unknown) => void {
  let written = "";
  return (state) => {
    const text = JSON.stringify(state);
    if (text === written) return;
    written = text;
    kept.setState(state);
  };
}

/** What the host wrote into the page (`data-panel`). */
export const givenBy = (root: Page): Fields => record(parsed(root.dataset["panel"]));

export const record = (value: unknown): Fields => (isRecord(value) ? value : {});

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
export const isIndex: Check = (value) => Number.isInteger(value) && (value as number) >= 0; // an integer is a number
export const isText: Check = (value) => typeof value === "string";
export const isOneOf =
  (options: readonly unknown[]): Check =>
  (value) =>
    options.includes(value);
export const recordOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** The defaults, with what was kept of each field in their place where it fits. */
export function restoredFrom<T extends object>(
  kept: unknown,
  untouched: T,
  checks: Readonly<Record<keyof T, Check>>,
): T {
  const fields = record(kept);
  const fitting = Object.entries<Check>(checks).filter(([key, fits]) => fits(fields[key]));
  return { ...untouched, ...Object.fromEntries(fitting.map(([key]) => [key, fields[key]])) };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
