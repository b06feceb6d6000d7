// The graph of the model editor's page, as tests open it and look at it.
import type { Page } from "playwright-core";
import { until } from "../driver/until.ts";
import type { ModelLook } from "./model-harness.ts";
import type { ModelHarness } from "./model-harness.ts";

interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** What tests do with the page. `views` is asked for each time: it is there once they run. */
export function graphIn(views: () => ModelHarness) {
  const item = (key: string) => `#graph-tree [data-key="${key}"]`;
  const open = async (look: ModelLook = {}): Promise<Page> => {
    const page = await views().open({ width: 1400, height: 860, ...look });
    await page.waitForSelector("#graph-tree [role=treeitem]", { state: "attached" });
    return page;
  };
  const openReady = async (look: ModelLook = {}): Promise<Page> => {
    const page = await open(look);
    await page.waitForSelector(".facts .value");
    return page;
  };
  const attribute = (page: Page, key: string, name: string) => page.getAttribute(item(key), name);
  const exists = async (page: Page, key: string) => (await page.locator(item(key)).count()) > 0;
  const items = (page: Page) => page.locator("#graph-tree [role=treeitem]").count();
  const chosen = async (page: Page) => page.locator('#graph-tree [aria-selected="true"]').allTextContents();
  const kept = async (page: Page) =>
    (await page.evaluate<{ view: Readonly<Record<string, unknown>> }>("JSON.parse(sessionStorage.getItem('state'))"))
      .view;
  /** Kept a while after it was last drawn, of the canvas as large as it was then: what is kept by then is where it is now. */
  async function camera(page: Page): Promise<Camera> {
    const now = () =>
      page.evaluate<(Camera & { readonly height: number }) | undefined>(`(() => {
        const { camera } = isAtRest() ? JSON.parse(sessionStorage.getItem("state")).view : {};
        return camera?.height === document.querySelector(".graph-canvas").clientHeight ? camera : undefined;
      })()`);
    let camera: Camera | undefined;
    await until("the page rests, and the camera is kept", async () => (camera = await now()) !== undefined);
    return camera!; // it is there by then
  }
  const rests = (page: Page) => until("the page rests", () => page.evaluate<boolean>("isAtRest()"));
  /** Keys and wheel go to the canvas, not to what is over it. */
  const focus = (page: Page) => page.focus(".graph-view");
  async function toBeginning(page: Page): Promise<void> {
    await focus(page);
    await page.keyboard.press("Home");
    await until("it is at the beginning", async () => (await camera(page)).y < 600);
  }
  /** How much of the canvas is not of its most frequent colour. */
  const ink = (page: Page) =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector(".graph-canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const counts = new Map();
      for (let i = 0; i < data.length; i += 4) {
        const color = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      return 1 - Math.max(...counts.values()) / (data.length / 4);
    })()`);
  return { item, open, openReady, attribute, exists, items, chosen, kept, camera, rests, focus, toBeginning, ink };
}
