import type { Frame } from "playwright-core";

// What a person sees and does in a Dream panel, whose document a `view` is.

/** Until the run stands so: "running", "paused", "finished"… */
export const phase = (view: Pick<Frame, "locator">, name: string): Promise<void> =>
  view.locator(`.bar[data-phase="${name}"]`).waitFor({ state: "attached", timeout: 60_000 });

/** Until the list of layers can be chosen from. */
export const layers = (view: Pick<Frame, "locator">): Promise<void> =>
  view
    .locator('[aria-label="Layer"] vscode-option, [aria-label="Content layer"] vscode-option')
    .nth(5)
    .waitFor({ state: "attached" });

/** Sets a field of the form. */
export async function setParameter(view: Frame, name: string, value: number): Promise<void> {
  const field = view.locator(`[data-parameter="${name}"] .number-field input`);
  await field.fill(String(value));
  await field.press("Enter");
}

/** Chooses an entry of the Save menu. */
export async function saveBy(view: Frame, entry: string): Promise<void> {
  await view.getByRole("button", { name: "Save", exact: true }).click();
  await view.getByRole("menuitem", { name: entry }).click();
}
