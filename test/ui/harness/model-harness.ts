// The model editor's page in Chromium, with the real engine behind it. See `ModelScenario` for what can be turned.
import type { Page } from "playwright-core";
import { modelPanel } from "../../../src/shared/model-panel.ts";
import type { Remembered } from "../../../webview/model/remembered.ts";
import { modelHost, type ModelHost, type ModelScenario } from "./model-fake-host.ts";
import { pagesOf, type Pages, type View } from "./pages.ts";
import { wired, type Asked } from "./wired.ts";

export interface ModelLook extends View {
  readonly scenario?: ModelScenario;
}

export interface ModelHarness extends Omit<Pages, "open"> {
  open(look?: ModelLook): Promise<Page>;
  /** What the page asked of its host since it was opened. */
  readonly asked: readonly Asked[];
  /** The host of the page that is open. */
  readonly host: ModelHost;
}

export async function modelHarness(): Promise<ModelHarness> {
  const pages = await pagesOf({ view: "model", bridge: "bridge.ts", panel: {}, policy: ["worker-src blob:"] });
  let asked: Asked[] = [];
  let host = modelHost({});
  return {
    ...pages,
    get asked() {
      return asked;
    },
    get host() {
      return host;
    },
    async open({ scenario = {}, ...view } = {}) {
      return pages.open(view, { stateAtFirst: scenario.state ?? null }, (page) => {
        asked = [];
        host = modelHost(scenario);
        return wired(page, modelPanel, host.handlers, asked);
      });
    },
  };
}

/** What tests of an editor's parts do with its page: open it where it stood, see what it keeps, and what it asked for. */
export function editorOf(views: () => ModelHarness) {
  return {
    calls: (name: string) => views().asked.filter(({ call }) => call === name),
    open: (view: Readonly<Record<string, unknown>>, scenario: ModelScenario = {}): Promise<Page> =>
      views().open({ height: 1000, scenario: { ...scenario, state: { view } } }),
    kept: async (page: Page) =>
      (await page.evaluate<{ view: Partial<Remembered> }>("JSON.parse(sessionStorage.getItem('state'))")).view,
  };
}

/** As it is written on the page. */
export const numberIn = (text: string): number => Number(text.replaceAll("−", "-").replaceAll(",", ""));
