import { finished, inBoth, type DreamShot } from "./dream-shots.ts";
import { staged } from "./dream-staged.ts";

/** What can be chosen, before anything is made. */
export const shotsOfForm: readonly DreamShot[] = [
  { name: "no-photo", look: { scenario: { photo: "none" } } },
  {
    name: "class",
    look: { scenario: { photo: "none", settings: { technique: "class-visualization" } } },
    async until(page) {
      await page.locator(".class-picker input").fill("terrier");
      await page.waitForSelector(".matches [role=option]");
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
