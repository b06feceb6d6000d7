// The Dream panel's page in Chromium. See `DreamScenario` for what can be turned.
import type { Page } from "playwright-core";
import { dreamPanel } from "../../../src/shared/dream-panel.ts";
import { dreamHost, type DreamHost, type DreamScenario } from "./dream-fake-host.ts";
import { around } from "./around.ts";
import { pagesOf, type Pages, type View } from "./pages.ts";
import { wired, type Asked } from "./wired.ts";

export interface DreamLook extends View {
  readonly scenario?: DreamScenario;
}

export interface DreamHarness extends Omit<Pages, "open"> {
  open(look?: DreamLook): Promise<Page>;
  /** What the page asked of its host since it was opened. */
  readonly asked: readonly Asked[];
  readonly host: DreamHost;
}

export async function dreamHarness(): Promise<DreamHarness> {
  const pages = await pagesOf({ view: "dream", bridge: "bridge.ts", panel: { id: "harness" } });
  let asked: Asked[] = [];
  let host = dreamHost({});
  return {
    ...pages,
    get asked() {
      return asked;
    },
    get host() {
      return host;
    },
    async open({ scenario = {}, ...view } = {}) {
      host.run.dispose();
      return pages.open(view, { stateAtFirst: scenario.state ?? null, silent: scenario.silent }, (page) => {
        asked = [];
        host = dreamHost(scenario);
        return wired(page, dreamPanel, host.handlers, asked);
      });
    },
    async close() {
      host.run.dispose();
      await pages.close();
    },
  };
}

/** A page for each test, and with what it asked its host for something. */
export function aroundDream() {
  const views = around(dreamHarness);
  const asked = (call: string) =>
    views()
      .asked.filter((one) => one.call === call)
      .map(({ params }) => params);
  return { views, asked };
}
