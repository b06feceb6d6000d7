// What the tests of the Explain view's page share: the pages themselves, and what the view asked of its host.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { harness } from "./harness.ts";
import type { Harness, Look } from "./harness.ts";

export const quick = { speed: 0.02 };
export const ready = (technique: string) => `[data-technique="${technique}"][data-status="done"]`;
export const option = (name: string) => `.classes [role=option]:has-text("${name}")`;

/** To be called in a suite: one browser for all its tests, and no errors on their consoles. */
export function explainPages(): {
  readonly open: Harness["open"];
  /** With every technique ready. */
  readonly settled: (look?: Look) => Promise<Page>;
} {
  let views: Harness | undefined;
  const open: Harness["open"] = (look) => {
    assert.ok(views, "pages are opened in tests");
    return views.open(look);
  };
  before(async () => {
    views = await harness();
  });
  after(() => views?.close());
  afterEach(() => assert.deepEqual(views?.problems, [], "errors on the page's console"));
  return {
    open,
    async settled(look = {}) {
      const page = await open({ ...look, scenario: { ...quick, ...look.scenario } });
      await page.waitForSelector(ready("occlusion"));
      await page.waitForSelector(".running[hidden]", { state: "attached" });
      return page;
    },
  };
}

interface Call {
  readonly call: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the view asked of its host; of pictures only the first bytes. */
export const calls = (page: Page): Promise<readonly Call[]> =>
  page.evaluate(() => {
    const { asked } = globalThis as unknown as {
      asked: { call: string; params: Record<string, unknown> | undefined }[];
    };
    return asked.map(({ call, params = {} }) => {
      const { bytes, ...rest } = params;
      return { call, params: bytes instanceof Uint8Array ? { ...rest, head: [...bytes.slice(0, 400)] } : params };
    });
  });

export const lastCall = async (page: Page, name: string) =>
  (await calls(page)).filter(({ call }) => call === name).at(-1)?.params;

/** Asked from outside: the page's own policy lets no text become code. */
export async function until(page: Page, holds: string): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 8000;) {
    if (await page.evaluate(holds)) return;
    await page.waitForTimeout(30);
  }
  assert.fail(`it did not come to: ${holds}`);
}

/** Chooses in the menu of what can be taken along. */
export async function save(page: Page, entry: string): Promise<void> {
  await page.click('button[aria-label="Save"]');
  await page.click(`[role=menuitem]:has-text("${entry}")`);
}

/** The file that was last given to the host to save. */
export async function savedFile(page: Page): Promise<Buffer> {
  await until(page, `asked.some(({ call }) => call === "savePicture")`);
  const text = await page.evaluate(() => {
    const { asked } = globalThis as unknown as { asked: { call: string; params: { bytes: Uint8Array } }[] };
    const bytes = asked.findLast(({ call }) => call === "savePicture")?.params.bytes ?? new Uint8Array();
    return btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), ""));
  });
  return Buffer.from(text, "base64");
}
