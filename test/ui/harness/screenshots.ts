// npx tsx test/ui/harness/screenshots.ts FOLDER: the Explain view in every theme, wide and narrow, to be looked at.
import type { Page } from "playwright-core";
import { harness } from "./harness.ts";
import type { Look } from "./harness.ts";
import { shoot, type Shot } from "./shots.ts";
import type { ThemeName } from "./themes.ts";

const done = (page: Page) =>
  page.waitForSelector('[data-technique="occlusion"][data-status="done"]', { timeout: 20000 });

const quick = { speed: 0.05 };
const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
const settle = async (page: Page) => {
  await done(page);
  await page.waitForSelector(".running[hidden]", { state: "attached" });
  await page.waitForTimeout(200);
};
const show = (technique: string) => async (page: Page) => {
  await settle(page);
  await page.click(`[data-technique="${technique}"]`);
  await page.waitForTimeout(150);
};

const shots: readonly Shot<Look>[] = [
  ...themes.map((theme) => ({ name: `${theme}-wide`, look: { theme, scenario: quick }, until: settle })),
  ...themes.map((theme) => ({
    name: `${theme}-narrow`,
    look: { theme, width: 560, height: 900, scenario: quick },
    until: settle,
  })),
  { name: "dark-huge", look: { width: 1600, height: 1000, scenario: quick }, until: settle },
  ...(["dark", "light"] as const).map((theme) => ({
    name: `marked-${theme}`,
    look: { theme, scenario: quick },
    async until(page: Page) {
      await settle(page);
      await page.click("text=Show it");
      await page.waitForTimeout(150);
    },
  })),
  { name: "running", look: { scenario: { speed: 1 } }, until: (page) => page.waitForTimeout(650) },
  { name: "failed", look: { scenario: quick }, until: show("cam") },
  { name: "zero", look: { theme: "light", scenario: quick }, until: show("guided-grad-cam") },
  { name: "saliency", look: { scenario: quick }, until: show("saliency") },
  {
    name: "overlay-signed",
    look: { scenario: quick },
    async until(page) {
      await show("input-x-gradient")(page);
      await page.click('[aria-label="The map over the photo"]');
      await page.waitForTimeout(150);
    },
  },
  {
    name: "not-and",
    look: { theme: "light", scenario: quick },
    async until(page) {
      await settle(page);
      await page.click("text=Why not");
      await settle(page);
    },
  },
  ...(["wide", "tall"] as const).flatMap((thin) =>
    (["dark", "light"] as const).flatMap((theme) =>
      [1180, 500].map((width) => ({
        name: `thin-${thin}-${theme}-${width}`,
        look: { theme, width, scenario: { ...quick, thin } },
        until: settle,
      })),
    ),
  ),
  { name: "parameters", look: { theme: "light", scenario: quick }, until: show("integrated-gradients") },
  ...(["dark", "light"] as const).map((theme) => ({
    name: `size-${theme}`,
    look: { theme, height: 1000, scenario: { ...quick, anySize: true } },
    async until(page: Page) {
      await settle(page);
      await page.click("text=Change it");
      await page.waitForSelector(".preparations .choice");
      await page.locator(".preparations").scrollIntoViewIfNeeded();
    },
  })),
  {
    name: "occlusion-classes",
    look: { scenario: quick },
    async until(page) {
      await show("occlusion")(page);
      await page.click('[data-key="classes"]');
      await page.hover(".map canvas", { position: { x: 200, y: 120 } });
    },
  },
  {
    name: "probe",
    look: { scenario: quick },
    async until(page) {
      await settle(page);
      await page.hover(".map canvas", { position: { x: 210, y: 90 } });
    },
  },
  {
    name: "search",
    look: { theme: "light", scenario: quick },
    async until(page) {
      await settle(page);
      await page.click("text=Why not");
      await page.click("text=Explain another class…");
      await page.keyboard.type("tab");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "preparations",
    look: { scenario: quick },
    async until(page) {
      await settle(page);
      await page.click("text=Check it");
      await page.waitForTimeout(150);
      await page.click("text=Use in workspace");
      await settle(page);
      await page.waitForTimeout(300);
    },
  },
  {
    name: "overlay-menu",
    look: { theme: "high-contrast", scenario: quick },
    async until(page) {
      await settle(page);
      await page.click('[aria-label="The map over the photo"]');
      await page.click("text=Save");
    },
  },
  {
    name: "models",
    look: { scenario: quick },
    async until(page) {
      await settle(page);
      await page.click('vscode-dropdown[aria-label="Model"]');
      await page.waitForTimeout(150);
    },
  },
  {
    name: "no-classes",
    look: { scenario: { ...quick, withoutClasses: true } },
    until: (page) => page.waitForTimeout(1200),
  },
  {
    name: "refused",
    look: {
      scenario: {
        refusal: {
          name: "Unreadable",
          message: "resnet50-finetuned.onnx: the file ends 1,204 bytes early, inside the weights of layer4.2.conv3.",
        },
      },
    },
    until: (page) => page.waitForTimeout(400),
  },
  {
    name: "refused-photo",
    look: {
      theme: "light",
      scenario: { refusal: { name: "UnreadableFile", message: "cat.png: not a picture that can be read." } },
    },
    until: (page) => page.waitForTimeout(400),
  },
  {
    name: "untrusted",
    look: {
      theme: "light",
      width: 560,
      height: 900,
      scenario: {
        refusal: {
          name: "Untrusted",
          message: "Restricted Mode: models of this folder do not run until it is trusted.",
        },
      },
    },
    until: (page) => page.waitForTimeout(400),
  },
];

await shoot(await harness(), shots, () => Promise.resolve());
