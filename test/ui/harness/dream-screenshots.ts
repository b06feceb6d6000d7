// npx tsx test/ui/harness/dream-screenshots.ts FOLDER [NAME]: the Dream panel in every theme, wide and narrow, to be looked at.
import type { Page } from "playwright-core";
import { dreamHarness, type DreamLook } from "./dream-harness.ts";
import { samplesFolder } from "../../unit/support/engine.ts";
import { frameAt, picture, sixChannels, staged, styleTerms } from "./dream-staged.ts";
import { shoot, type Shot } from "./shots.ts";
import type { ThemeName } from "./themes.ts";

const dream = await dreamHarness();
const narrow = { width: 560, height: 900 };
const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
const quick = { settings: { parameters: { octaves: 2, steps: 5 } } };
const running = { real: true, begins: true, ...quick };
const finished = async (page: Page) => {
  await page.waitForSelector('.bar[data-phase="finished"]', { timeout: 90_000 });
  await page.waitForTimeout(300);
};

/** The look of a panel of this size, in VS Code's dark and its light theme. */
const inBoth = (shot: Shot<DreamLook>): readonly Shot<DreamLook>[] =>
  (["dark", "light"] as const).map((theme) => ({
    ...shot,
    name: `${shot.name}-${theme}`,
    look: { ...shot.look, theme },
  }));
const said = (key: string, level: "good" | "info" | "warning", text: string) =>
  ({ kind: "note", title: "", key, level, text }) as const;
const notes = [
  said("nan", "warning", "Step 3 came to a number that is none: it is undone, and the step size halved."),
  { ...said("verdict", "good", "The network takes the picture for espresso with 99.9 %."), more: "It took 10 steps." },
  said("channels", "info", "Nothing of the picture activated channels 0, 2 and 5 at first."),
];

const shots: readonly Shot<DreamLook>[] = [
  ...themes.map((theme) => ({ name: `${theme}-wide`, look: { theme, scenario: running }, until: finished })),
  ...themes.map((theme) => ({
    name: `${theme}-narrow`,
    look: { theme, ...narrow, scenario: { begins: true, start: staged() } },
    until: finished,
  })),
  ...inBoth({
    name: "terms",
    look: {
      scenario: {
        begins: true,
        settings: { technique: "style-transfer" },
        start: staged({ octaves: 1, steps: 12, terms: styleTerms }),
      },
    },
    until: finished,
  }),
  { name: "idle" },
  { name: "no-photo", look: { scenario: { photo: "none" } } },
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
        const { run } = dream.host;
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
    look: { scenario: { begins: true, start: staged({ step: 60, steps: 30 }) } },
    async until(page) {
      await page.waitForTimeout(3000);
      await page.addInitScript("globalThis.silent = true"); // whoever comes again to a tab looks at it before its host has spoken
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
  {
    name: "class",
    look: { scenario: { photo: "none", settings: { technique: "class-visualization" } } },
    async until(page) {
      await page.locator(".class-picker input").fill("terrier");
      await page.waitForSelector(".matches [role=option]");
    },
  },
  {
    name: "class-made",
    look: {
      theme: "light",
      scenario: {
        photo: "none",
        real: true,
        begins: true,
        settings: { technique: "class-visualization", target: 282, parameters: { steps: 60, size: 128 } },
      },
    },
    until: finished,
  },
  ...(["dark", "high-contrast-light"] as const).map((theme) => ({
    name: `sheet-${theme}`,
    look: { theme, scenario: { begins: true, start: staged({ sheet: sixChannels }) } },
    async until(page: Page) {
      await finished(page);
      await page.locator(".cell").nth(1).click();
      await page.waitForTimeout(200);
    },
  })),
  {
    name: "feature-grid",
    look: {
      scenario: {
        photo: "none",
        real: true,
        begins: true,
        settings: { technique: "feature-grid", layer: "fire5/concat", parameters: { count: 8, steps: 24 } },
      },
    },
    async until(page) {
      await finished(page);
      await page.locator(".cell").nth(3).focus();
      await page.waitForTimeout(200);
    },
  },
  {
    name: "atlas",
    look: {
      scenario: {
        photo: "none",
        real: true,
        begins: true,
        settings: {
          technique: "activation-atlas",
          layer: "fire6/concat",
          parameters: { folder: samplesFolder, grid: 5, steps: 24, size: 64, least: 1 },
        },
      },
    },
    async until(page) {
      await finished(page);
      await page.locator(".cell").nth(7).focus();
      await page.waitForTimeout(200);
    },
  },
  {
    name: "row-of-all",
    look: {
      scenario: {
        real: true,
        begins: true,
        settings: { technique: "inversion", layer: "fire3/concat", parameters: { row: "all", steps: 10 } },
      },
    },
    until: finished,
  },
  {
    name: "adversarial",
    look: {
      width: 1400,
      height: 900,
      scenario: { real: true, begins: true, settings: { technique: "adversarial-example" } },
    },
    async until(page) {
      await finished(page);
      await page.locator(".opinion img").nth(1).waitFor({ timeout: 30_000 });
      await page.waitForTimeout(200);
    },
  },
  {
    name: "enlarged",
    look: {
      theme: "light",
      scenario: {
        begins: true,
        start: staged({ beside: [{ key: "d", title: "The change, 30 times enlarged", picture: picture(3, 4, 2) }] }),
      },
    },
    async until(page) {
      await finished(page);
      await page.locator(".picture").click();
      await page.waitForTimeout(200);
    },
  },
  {
    name: "unit",
    look: {
      scenario: {
        photo: "none",
        settings: {
          technique: "neuron-visualization",
          layer: "fire5/concat",
          channel: 3,
          place: [2, 5],
          parameters: { of: "unit" },
        },
      },
    },
  },
  ...inBoth({
    name: "fires",
    look: {
      width: 1400,
      height: 900,
      scenario: {
        photo: "none",
        begins: true,
        start: staged({ step: 5 }),
        settings: { technique: "neuron-visualization", layer: "fire8/concat", channel: 5 },
      },
    },
    async until(page) {
      await finished(page);
      await page.getByText("Find the photos that fire it…").click();
      await page.waitForSelector('[aria-label="Photos that fire the channel"]:has-text("Over ")', { timeout: 60_000 });
      await page.waitForTimeout(300);
    },
  }),
  {
    name: "layers",
    look: {
      scenario: {
        photo: "none",
        settings: {
          technique: "neuron-visualization",
          channel: 3,
          layers: [
            { name: "fire5/concat", weight: 1 },
            { name: "fire8/concat", weight: -0.5, channel: 12 },
          ],
        },
      },
    },
  },
  ...inBoth({
    name: "long-names",
    look: {
      width: 1400,
      scenario: {
        model: "efficientnet-lite0.onnx",
        settings: {
          layers: [
            { name: "stage6/block1/expand", weight: 1 },
            { name: "fire7/squeeze1x1_1", weight: -0.5, channel: 12 },
          ],
        },
      },
    },
  }),
  ...inBoth({
    name: "slim",
    look: { width: 324, height: 900, scenario: { settings: { layer: "stage5/block3" } } },
  }),
  ...inBoth({
    name: "recipe",
    look: {
      scenario: {
        recipe: { missing: ["resnet50.onnx"], places: ["layer", "channel"], unfit: ["Octaves: 1000000000"] },
      },
    },
    async until(page) {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Open recipe…" }).click();
      await page.waitForSelector(".notice");
    },
  }),
  ...inBoth({
    name: "form",
    look: {
      width: 1400,
      height: 900,
      scenario: { begins: true, settings: { technique: "style-transfer" }, start: staged({ step: 5 }) },
    },
    async until(page) {
      await finished(page);
      await page.locator(".advanced summary").click();
      await page.getByRole("button", { name: "Choose layers of the style…" }).click();
      await page.getByRole("button", { name: "Add a layer" }).click();
      await page.waitForTimeout(300);
    },
  }),
  {
    name: "restricted",
    look: {
      scenario: {
        restricted: true,
        refuse: {
          subject: {
            name: "Untrusted",
            message:
              "resnet50.onnx is not run in Restricted Mode: a model is a program. Trust this workspace, or use a built-in model.",
          },
        },
      },
    },
    until: (page) => page.waitForSelector(".refusal h2"),
  },
];

await shoot(dream, shots, (page) => page.waitForTimeout(900));
process.exit();
