// The feature maps of the model editor's page, as tests open them and look at them.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { FeatureMaps } from "../../../src/shared/inside.ts";
import { until } from "../driver/until.ts";
import { modelHost } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";
import type { ModelHarness, ModelLook } from "./model-harness.ts";

export const unaborted = new AbortController().signal;
export const layer = "fire2/expand3x3";
export const truth = (photo = "cat-chelsea.png", of = layer): Promise<FeatureMaps> =>
  modelHost({ photo }).handlers.features({ layer: of }, unaborted);

/** A layer of as many channels as are asked for, each a slope of its own. */
export function manyChannels(channels: number, side: number, only = 300): NonNullable<ModelScenario["answers"]> {
  const list = (of: (c: number) => number) => Float32Array.from({ length: channels }, (_, c) => of(c));
  return {
    features({ layer, channels: asked }) {
      const sent = asked ?? Array.from({ length: Math.min(only, channels) }, (_, c) => c);
      return Promise.resolve({
        layer,
        arrangement: { shape: [channels, side, side], kind: "maps", remark: "" },
        channels: Int32Array.from(sent),
        bytes: Uint8Array.from({ length: sent.length * side * side }, (_, i) => (i * 37) % 256),
        low: new Float32Array(sent.length),
        high: Float32Array.from(sent, (c) => c + 1),
        statistics: {
          mean: list((c) => c / 2),
          least: list(() => 0),
          greatest: list((c) => c + 1),
          zeros: list(() => 0),
          peak: new Int32Array(channels),
          broken: new Int32Array(channels),
          verdict: new Uint8Array(channels),
        },
        scale: { low: 0, high: channels, clipped: false },
        rectified: true,
        bound: undefined,
        ms: 1,
      });
    },
  };
}

const mean = (maps: FeatureMaps) => Array.from(maps.statistics.mean);
/** The channels, the most active one first. */
export const byActivity = (maps: FeatureMaps) =>
  [...mean(maps).keys()].sort((a, b) => mean(maps)[b]! - mean(maps)[a]! || a - b);

/** What tests do with the page. `views` is asked for each time: it is there once they run. */
export function featuresIn(views: () => ModelHarness) {
  const open = async (
    view: Readonly<Record<string, unknown>> = {},
    scenario: ModelScenario = {},
    look: ModelLook = {},
  ): Promise<Page> => {
    const state = { view: { tab: "maps", layer, ...view } };
    const page = await views().open({ width: 1400, height: 860, ...look, scenario: { state, ...scenario } });
    await page.waitForSelector(".features");
    return page;
  };
  const drawn = async (...given: Parameters<typeof open>): Promise<Page> => {
    const page = await open(...given);
    await page.waitForSelector(".count:not(:empty)");
    await page.waitForSelector("figure.large:not([hidden]) >> nth=1");
    return page;
  };
  const calls = (name: string) => views().asked.filter(({ call }) => call === name);
  const text = (page: Page, selector: string) => page.innerText(selector);
  const kept = async (page: Page) =>
    (await page.evaluate<{ view: Readonly<Record<string, unknown>> }>("JSON.parse(sessionStorage.getItem('state'))"))
      .view;
  const says = (page: Page, selector: string, pattern: RegExp) =>
    until(`${selector} says ${String(pattern)}`, async () => pattern.test(await text(page, selector)));
  const choose = async (page: Page, label: string, value: string) => {
    const folded = page.locator('.maps-unfold[aria-expanded="false"]').and(page.locator(":visible"));
    if (label === "Compare" && (await folded.count())) await folded.click();
    await page.click(`vscode-dropdown[aria-label="${label}"]`);
    await page.click(`vscode-dropdown[aria-label="${label}"] vscode-option[value="${value}"]`);
  };
  /** The middle of a cell of a picture in large. */
  const cellAt = async (page: Page, pane: number, [u, v]: readonly [number, number]) => {
    const box = await page.locator("canvas.pane:visible").nth(pane).boundingBox();
    assert.ok(box);
    return [box.x + u * box.width, box.y + v * box.height] as const;
  };
  return { open, drawn, calls, text, kept, says, choose, cellAt };
}
