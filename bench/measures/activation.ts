import type { Page } from "playwright-core";
import type { Version } from "../../scripts/vscode-server.mjs";
import { until } from "../../test/ui/driver/until.ts";
import { spread } from "../samples.ts";
import type { Table } from "../table.ts";
import { inWindow, ofBothVersions } from "../windows.ts";

const windows = 3;

/** Milliseconds after which a VS Code that was just opened has done what it does of its own accord. */
const settling = 5000;

/** What waits for what: VS Code's own clock of loading the bundle and of `activate`, which its other extensions wait for. */
export default async function activation(): Promise<Table> {
  const { rows, missing } = await ofBothVersions(async (version) => [[version, spread(await readings(version))]]);
  return {
    title: "Activation: loading the extension's code and calling it",
    columns: ["VS Code", "load and activate"],
    rows,
    notes: [
      `Wanted: less than 50 ms. As VS Code itself says under Show Running Extensions, in whole milliseconds, in ${windows} windows that were just opened; what activates it is a command.`,
      ...missing,
    ],
  };
}

async function readings(version: Version): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let i = 0; i < windows; i++)
    // High enough for every row of the list.
    await inWindow({ version, height: 4000 }, async (workbench) => {
      await workbench.file("cat-chelsea.png").waitFor({ timeout: 60_000 });
      await workbench.page.waitForTimeout(settling);
      await workbench.command("Glassbox: Show Log");
      await workbench.command("Developer: Show Running Extensions");
      milliseconds.push(await activationTime(workbench.page));
    });
  return milliseconds;
}

/** What the list of running extensions says; it draws its rows anew while they are read. */
async function activationTime(page: Page): Promise<number> {
  const row = page.locator(".runtime-extensions-editor .extension", { hasText: "Glassbox" });
  let said: string | undefined;
  await until("VS Code says how long Glassbox's activation took", async () => {
    const [text = ""] = await row.locator(".activation-time").allTextContents();
    said = /(\d+)\s*ms/.exec(text)?.[1];
    return said !== undefined;
  });
  return Number(said);
}
