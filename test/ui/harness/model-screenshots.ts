// npx tsx test/ui/harness/model-screenshots.ts FOLDER [NAME]: the model editor in every theme, wide and narrow, to be looked at.
import type { Page } from "playwright-core";
import { modelHarness } from "./model-harness.ts";
import type { ModelLook } from "./model-harness.ts";
import { shoot, type Shot } from "./shots.ts";
import type { ThemeName } from "./themes.ts";

const wide = { width: 1400, height: 860 };
const narrow = { width: 600, height: 900 };
/** What VS Code's side bar leaves of a laptop's window. */
const beside = { width: 1030, height: 800 };
const slim = { width: 420, height: 900 };
const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
const at = (view: Readonly<Record<string, unknown>>) => ({ scenario: { state: { view } } });
const settle = async (page: Page) => {
  await page.waitForSelector('.model-facts:has-text("MAC")', { timeout: 30000 });
  await page.waitForTimeout(900);
};

const shots: readonly Shot<ModelLook>[] = [
  ...themes.map((theme) => ({ name: `${theme}-wide`, look: { theme, ...wide } })),
  ...themes.map((theme) => ({ name: `${theme}-narrow`, look: { theme, ...narrow } })),
  { name: "beside", look: beside },
  { name: "beside-light", look: { theme: "light", ...beside } },
  ...["filters", "unit", "steps", "weights", "node"].map((tab) => ({
    name: `beside-${tab}`,
    look: { ...beside, ...at({ tab, layer: "conv1" }) },
  })),
  ...themes.map((theme) => ({ name: `weights-${theme}`, look: { theme, ...wide, ...at({ tab: "weights" }) } })),
  { name: "weights-narrow", look: { ...narrow, ...at({ tab: "weights" }) } },
  { name: "node-wide", look: { ...wide, ...at({ tab: "node" }) } },
  { name: "node-light-narrow", look: { theme: "light", ...narrow, ...at({ tab: "node" }) } },
  { name: "net", look: { ...wide, ...at({ side: "net" }) } },
  {
    name: "dead",
    look: { ...wide, ...at({ side: "dead" }) },
    until: async (page) => void (await page.waitForSelector(".dead-table tbody tr", { timeout: 60_000 })),
  },
  ...themes.map((theme) => ({
    name: `dead-${theme}-narrow`,
    look: { theme, ...slim, ...at({ side: "dead" }) },
    until: async (page: Page) => void (await page.waitForSelector(".dead-table tbody tr", { timeout: 60_000 })),
  })),
  { name: "restricted", look: { ...wide, scenario: { restricted: true } } },
  {
    name: "does-not-run",
    look: {
      theme: "light",
      ...wide,
      scenario: {
        refuse: {
          card: { name: "UnsupportedOp", message: "conv.onnx: the operator MyOwnConv of domain acme is not known." },
        },
      },
    },
    until: (page) => page.waitForTimeout(2500),
  },
  {
    name: "unreadable",
    look: {
      ...wide,
      scenario: {
        refuse: Object.fromEntries(
          (["structure", "card", "anatomy", "photo"] as const).map((call) => [
            call,
            {
              name: "Unreadable",
              message: "resnet50.onnx: the file ends 1,204 bytes early, inside the weights of conv3.",
            },
          ]),
        ),
      },
    },
    until: (page) => page.waitForSelector(".refusal h2"),
  },
  { name: "medium", look: at({ node: 3, tab: "node" }) },
  { name: "no-photo", look: { ...wide, scenario: { photo: "none" } } },
];

await shoot(await modelHarness(), shots, settle);
