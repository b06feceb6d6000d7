import type { DreamHost } from "./dream-fake-host.ts";
import { finished, inBoth, narrow, running, type DreamShot } from "./dream-shots.ts";
import { frameAt, staged } from "./dream-staged.ts";

const said = (key: string, level: "good" | "info" | "warning", text: string) =>
  ({ kind: "note", title: "", key, level, text }) as const;
const notes = [
  said("nan", "warning", "Step 3 came to a number that is none: it is undone, and the step size halved."),
  { ...said("verdict", "good", "The network takes the picture for espresso with 99.9 %."), more: "It took 10 steps." },
  said("channels", "info", "Nothing of the picture activated channels 0, 2 and 5 at first."),
];

/** A picture on its way, and what is done with it. `host`: that of the page that is open. */
export const shotsOfRuns = (host: () => DreamHost): readonly DreamShot[] => [
  {
    name: "running",
    look: { scenario: { begins: true, start: staged({ octaves: 4, steps: 20, step: 60 }) } },
    until: (page) => page.waitForTimeout(3600),
  },
  {
    name: "divided",
    look: { scenario: running },
    async until(page) {
      await finished(page);
      await page.locator(".box").click({ position: { x: 260, y: 120 } });
      await page.waitForTimeout(200);
    },
  },
  ...inBoth({
    name: "notes",
    look: { width: 1000, height: 700, scenario: { begins: true, start: staged({ notes }) } },
    until: finished,
  }),
  ...[420, 500].flatMap((height) =>
    [1180, 450].flatMap((width) =>
      inBoth({
        name: `low-${width}x${height}`,
        look: { width, height, scenario: { begins: true, start: staged({ notes }) } },
        until: finished,
      }),
    ),
  ),
  ...[1400, 450].flatMap((width) =>
    inBoth({
      name: `interrupted-${width}`,
      look: { width, height: 900 },
      async until(page) {
        const { run } = host();
        run.restore({ settings: run.settings, phase: "running", frame: frameAt(7, 2, 5) });
        await page.locator(".card").waitFor();
        await page.waitForTimeout(300);
      },
    }),
  ),
  ...[1400, 450].flatMap((width) =>
    inBoth({
      name: `rewound-${width}`,
      look: { width, height: 900, scenario: { begins: true, start: staged({ step: 10 }) } },
      async until(page) {
        await finished(page);
        const steps = page.locator('[data-parameter="steps"] .number-field input');
        await steps.fill("3");
        await steps.press("Enter");
        await page.locator(".frame").nth(3).click();
        await page.waitForTimeout(300);
      },
    }),
  ),
  ...inBoth({
    name: "left",
    look: { scenario: { begins: true, start: staged({ step: 5, steps: 30 }) } },
    async until(page) {
      await finished(page);
      // Whoever comes again to a tab looks at it before its host has spoken: the page is not even tired of waiting.
      await page.addInitScript("globalThis.silent = true; globalThis.setTimeout = () => 0");
      await page.reload();
      await page.locator(".room .last").waitFor();
    },
  }),
  {
    name: "branched",
    look: { scenario: { begins: true, start: staged({ octaves: 2, steps: 12, step: 110 }) } },
    async until(page) {
      await finished(page);
      await page.locator(".frame").nth(5).click();
      await page.getByRole("button", { name: "Go on from here" }).first().click();
      await page.waitForTimeout(1200);
      await page.locator(".frame").nth(3).click();
      await page.waitForTimeout(300);
    },
  },
  ...inBoth({
    name: "steps-changed",
    look: { scenario: { real: true, begins: true, settings: { parameters: { octaves: 4, steps: 10 } } } },
    async until(page) {
      await finished(page);
      await page.locator('.frame[aria-label^="Octave 2"]').first().click();
      const steps = page.locator('[data-parameter="steps"] .number-field input');
      await steps.fill("3");
      await steps.press("Enter");
      await page.getByRole("button", { name: "Go on from here" }).first().click();
      await page.waitForTimeout(500);
      await finished(page);
      await page.locator(".frame.off").last().click();
      await page.waitForTimeout(300);
    },
  }),
  ...inBoth({
    name: "photo-gone",
    look: {
      scenario: {
        begins: true,
        start: staged(),
        refuse: {
          subject: { name: "UnreadableFile", message: "cat-chelsea.png is not there: it was moved or deleted." },
        },
      },
    },
    until: finished,
  }),
  {
    name: "photo-gone-narrow",
    look: {
      ...narrow,
      scenario: {
        begins: true,
        start: staged({ failsAt: 6 }),
        refuse: { subject: { name: "Unreadable", message: "squeezenet1.1.onnx ends in the midst of a tensor." } },
      },
    },
    until: (page) => page.waitForSelector(".card .why"),
  },
  ...inBoth({
    name: "save-menu",
    look: { ...narrow, scenario: { begins: true, start: staged() } },
    async until(page) {
      await finished(page);
      await page.getByRole("button", { name: "Save" }).click();
      await page.waitForTimeout(200);
    },
  }),
  {
    name: "failed",
    look: { theme: "light", scenario: { begins: true, start: staged({ failsAt: 6 }) } },
    until: (page) => page.waitForSelector(".card .why"),
  },
];
