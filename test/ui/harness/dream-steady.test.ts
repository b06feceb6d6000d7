import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Start } from "../../../src/host/dream-start.ts";
import type { Frame as Framed } from "../../../src/shared/synthesis.ts";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { picture, staged } from "./dream-staged.ts";

/** Where these are and how large, in whole pixels; none where it is not seen. */
const boxesOf = (page: Page, selectors: readonly string[]) =>
  page.evaluate<readonly string[]>(`${JSON.stringify(selectors)}.map((selector) =>
    [...document.querySelectorAll(selector)].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [selector, ...[x, y, width, height].map(Math.round)].join(" ");
    }).join("; "))`);

const tall = { ...picture(1, 2, 0), width: 60, height: 90 };
/** Sizes of pictures are whole numbers, of which a shape is known to about a pixel. */
function assertStill(now: readonly string[], before: readonly string[], when: string): void {
  const numbers = (boxes: readonly string[]) => (boxes.join().match(/-?\d+/g) ?? []).map(Number);
  const [there, here] = [numbers(before), numbers(now)];
  const isStill = there.length === here.length && here.every((number, i) => Math.abs(number - (there[i] ?? NaN)) <= 1);
  if (!isStill) assert.deepEqual(now, before, when);
}

/** Runs in the page: what is seen of it in each frame of the screen, as far as that is another than in the one before. */
const watched = `(() => {
  globalThis.seen = [];
  const box = (one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return width && height ? [[x, y, width, height].map(Math.round).join(" ")] : [];
  };
  const boxes = (selector) => [...document.querySelectorAll(selector)].flatMap(box).join("; ");
  const look = () => {
    requestAnimationFrame(look);
    if (!document.querySelector(".page")) return;
    const now = JSON.stringify({
      places: ["header", "header .tools button", ".room", ".box, .last", "p.made", ".progress .bar", ".strip", ".said", ".chosen", ".come"].map(boxes),
      parts: ["header vscode-option", ".frame", ".curve figure", ".settings .field", ".note"].map((one) => document.querySelectorAll(one).length),
    });
    if (now !== seen.at(-1)) seen.push(now);
  };
  requestAnimationFrame(look);
})()`;

/** A run of which each frame waits until it is let go. `runOf` is given how many frames came before; `as` may change one. */
function frameByFrame(runOf: (frames: number) => Start, as: (frame: Framed) => Framed = (frame) => frame) {
  const frames: (() => void)[] = [];
  const go = () => frames.at(-1)?.();
  const start: Start = async function* (...run) {
    for await (const update of runOf(frames.length)(...run)) {
      if (update.kind === "frame") await new Promise<void>((resolve) => frames.push(resolve));
      yield update.kind === "frame" ? as(update) : update;
    }
  };
  const made = async (page: Page, frame: number) => {
    await until("a frame is made", () => frames.length === frame);
    go();
    await page
      .locator(".frame")
      .nth(frame - 1)
      .waitFor();
  };
  return { start, go, made };
}

const buttons = ["header .tools button"];
const sizes = [
  [1400, 900],
  [1000, 700],
  [800, 700],
  [480, 900],
] as const;

describe("what stays where it is on the Dream panel's page:", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();
  const tool = (page: Page, name: string) => page.locator("header").getByRole("button", { name, exact: true });

  for (const [width, height] of sizes)
    it(`the header's buttons, whatever the run does, ${width} × ${height}`, async () => {
      let isHeld = true;
      const held: Start = async function* (settings, more, signal) {
        for await (const update of staged({ step: 20 })(settings, more, signal)) {
          yield update;
          while (isHeld && update.kind === "frame" && !signal.aborted) await sleep(10);
        }
      };
      const page = await views().open({ width, height, scenario: { start: held } });
      const start = tool(page, "Start");
      await page.locator(".box .original").waitFor();
      await until("all is chosen", () => start.isEnabled());
      const names = () => page.locator("header .tools").first().getByRole("button").allTextContents();
      assert.deepEqual(await names(), ["Start", "Save", ""]);
      const begin = await start.boundingBox();
      await start.click();
      await page.locator(".frame").first().waitFor();
      assert.deepEqual(await tool(page, "Start again").boundingBox(), begin);
      const running = await boxesOf(page, buttons);
      const stays = async (name: string, words: string) => {
        assert.deepEqual(await boxesOf(page, buttons), running, name);
        assert.deepEqual((await names()).slice(0, 4), [words, "One step", "Stop", "Start again"], name);
      };
      await stays("running", "Pause");
      await tool(page, "Pause").click();
      await phase(page, "paused");
      await stays("paused", "Resume");
      await tool(page, "Resume").click();
      await phase(page, "running");
      await tool(page, "Stop").click();
      await phase(page, "stopped");
      await stays("stopped", "Continue");
      isHeld = false;
      await tool(page, "Continue").click();
      await phase(page, "finished");
      await stays("finished", "Continue");
      await page.locator(".frame").nth(2).click();
      await tool(page, "Go on from here").waitFor();
      await stays("rewound", "Go on from here");
    });

  it("the focus, from Pause to Resume and back, and on a button that does not apply any more, which says why", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 60, steps: 40 }) } });
    await page.locator(".frame").first().waitFor();
    const focused = () => page.evaluate<string>("document.activeElement.textContent");
    await tool(page, "Pause").focus();
    for (const [key, name, stands] of [
      ["Enter", "Resume", "paused"],
      ["Space", "Pause", "running"],
    ] as const) {
      await page.keyboard.press(key);
      await phase(page, stands);
      assert.equal(await focused(), name);
    }
    assert.equal(await tool(page, "One step").getAttribute("title"), "Pause it first: then it goes step by step.");
    await tool(page, "One step").click({ force: true });
    await tool(page, "Stop").press("Enter");
    await phase(page, "stopped");
    await until("there is nothing to stop", () => tool(page, "Stop").isDisabled());
    assert.equal(await focused(), "Stop");
    await page.keyboard.press("Enter");
    assert.deepEqual([asked("stop").length, asked("step").length], [1, 0]);
  });

  for (const [width, height] of sizes)
    it(`the picture, from the photo alone to the last frame, ${width} × ${height}`, async () => {
      let go = () => {};
      const waits = new Promise<void>((resolve) => (go = resolve));
      const { start, made } = frameByFrame(() => staged({ step: 1, waits }));
      const page = await views().open({ width, height, scenario: { start } });
      await page.locator(".box .original").waitFor();
      await until("it can be begun", () => tool(page, "Start").isEnabled());
      const room = await boxesOf(page, [".room"]);
      await tool(page, "Start").click();
      await page.locator(".progress").getByText("Getting ready…").waitFor();
      await page.getByText("The objective's curve comes with the first steps.").waitFor();
      assertStill(await boxesOf(page, [".room"]), room, "waiting");
      // Where all is under one another, the last may grow.
      const kept = [
        ".room",
        ".under",
        ".progress",
        ".strip",
        ".chosen",
        ".curve h2",
        ...(width > 760 ? [".come"] : []),
      ];
      const waiting = await boxesOf(page, kept);
      go();
      for (let frame = 1; frame <= 10; frame++) {
        await made(page, frame);
        assertStill(await boxesOf(page, kept), waiting, `frame ${frame}`);
      }
      await phase(page, "finished");
      await page.getByRole("button", { name: "Explain it" }).waitFor();
      assertStill(await boxesOf(page, kept), waiting, "finished");
    });

  const verdict =
    "The network took the photo for Egyptian cat (92.0 %), and takes this for tiger cat (86.7 %). ε is 1 of 255; it survives 8 bits and JPEG.";
  const adversarial = {
    begins: true,
    settings: { technique: "adversarial-example" },
    start: staged({
      step: 5,
      notes: [
        { kind: "note", title: "", key: "search", level: "info", text: "The search took 1 try of 10 steps." },
        { kind: "note", title: "", key: "verdict", level: "good", text: verdict, more: "It was tried." },
      ],
      beside: [
        { key: "difference", title: "The difference, enlarged 128 times", picture: tall },
        { key: "photo", title: "The photo as the network sees it", picture: tall },
      ],
    }),
  } as const;

  for (const [width, height] of [
    [1400, 900],
    [1000, 700],
  ] as const)
    it(`all that was found out of an adversarial example is in sight, ${width} × ${height}`, async () => {
      const page = await views().open({ width, height, scenario: adversarial });
      await page.locator(".opinion .blank").nth(1).waitFor();
      const looking = await boxesOf(page, [".opinions", ".beside"]);
      await page.locator(".opinion img").nth(1).waitFor();
      assert.deepEqual(await boxesOf(page, [".opinions", ".beside"]), looking, "their room is there before");
      const bottoms = await page.evaluate<readonly number[]>(
        `[...document.querySelectorAll(".opinion ol, .picture span, .note:first-child")].map((one) => one.getBoundingClientRect().bottom)`,
      );
      assert.equal(bottoms.length, 5);
      for (const bottom of bottoms) assert.ok(bottom > 100 && bottom < height - 12, bottoms.join());
    });

  it("so is its verdict, whole, in the panel of a small window, where all is under one another", async () => {
    const page = await views().open({ width: 652, height: 700, scenario: adversarial });
    await page.locator(".opinion img").nth(1).waitFor();
    const note = page.locator(".note").first();
    for (const height of [700, 640, 613]) {
      await page.setViewportSize({ width: 652, height });
      await until("its notes are drawn for it", async () => ((await page.locator(".note").count()) === 1) === height < 620); // prettier-ignore
      const { y, height: high } = (await note.boundingBox())!;
      assert.ok(high > 30 && y + high < height, `${y} to ${y + high} of ${height}`);
    }
    const isWhole = `((one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth)(document.querySelector(".note"))`;
    assert.ok(await page.evaluate<boolean>(isWhole));
  });

  it("the curve, and what stands beside the bar, whatever is said there", async () => {
    const { start, made, go } = frameByFrame(
      (frames) => staged({ step: 1, ...(frames && { waits: new Promise<void>(() => {}) }) }), // behind another, once it is resumed
      (update) => (update.done > 1 ? { ...update, objective: 0.0000123456 } : update),
    );
    const page = await views().open({ width: 1000, height: 700, scenario: { begins: true, start } });
    await made(page, 1);
    const kept = [".room", ".progress", ".strip", ".curve .objective svg"];
    const before = await boxesOf(page, kept);
    await made(page, 2);
    await page.locator(".curve .objective .value").getByText("→").waitFor();
    assertStill(await boxesOf(page, kept), before, "numbers of another length");
    await tool(page, "Pause").click();
    go();
    await phase(page, "paused");
    const title = "Inversion of the photo cat-chelsea.png by the network efficientnet-lite0.onnx at stage5/block3";
    views().host.run.waitFor({ title, more: 1 });
    await tool(page, "Resume").click();
    await page.getByTitle(`Waiting for ${title}, and one more`).waitFor();
    assertStill(await boxesOf(page, kept), before, "it waits for another");
    const isWhole = `((one) => one.scrollWidth <= one.clientWidth)(document.querySelector(".progress .place"))`;
    assert.ok(await page.evaluate<boolean>(isWhole), "where it is, is read");
    assert.ok((await page.locator(".progress .bar").boundingBox())!.width >= 60);
  });

  it("in a narrow panel the pictures beside an adversarial example come before what can be chosen", async () => {
    const page = await views().open({ width: 560, height: 900, scenario: adversarial });
    await page.locator(".opinion img").nth(1).waitFor();
    const order = () => page.evaluate<readonly string[]>(`[...document.querySelector("aside").children].map((one) => one.className.split(" ")[0])`); // prettier-ignore
    assert.deepEqual(await order(), ["come", "chosen"]);
    await page.getByRole("button", { name: "The difference, enlarged 128 times" }).focus();
    await page.setViewportSize({ width: 1000, height: 900 });
    await until("they are beside the picture", async () => (await order()).join() === "chosen,come");
    assert.match(await page.evaluate<string>("document.activeElement.textContent"), /^The difference/);
  });

  for (const [width, height] of sizes)
    for (const [name, scenario] of Object.entries({
      "a dream": { begins: true, start: staged({ step: 5 }) },
      "an adversarial example": adversarial,
    }))
      it(`everything, where ${name} comes back to a tab, drawn in one go, ${width} × ${height}`, async () => {
        const page = await views().open({ width, height, scenario: { ...scenario, late: 50 } });
        await phase(page, "finished");
        if (scenario === adversarial) await page.locator(".opinion img").nth(1).waitFor();
        await until("it is kept", () => page.evaluate<boolean>(`JSON.parse(sessionStorage.getItem("state")).view.last?.standing === "Finished"`)); // prettier-ignore
        await page.addInitScript(watched);
        await page.reload();
        await phase(page, "finished");
        await page.locator(".frame").nth(9).waitFor();
        await page.waitForTimeout(400);
        const seen = (await page.evaluate<readonly string[]>("seen")).map((one) => JSON.parse(one) as Seen);
        const [first, ...after] = seen;
        assert.ok(first && after.length);
        assert.equal(new Set(seen.map(({ parts }) => parts.join())).size, 2, "as it was left, and whole");
        // Where all is under one another, what comes below the strip may grow.
        const kept = ({ places }: Seen) => places.slice(0, width > 760 ? undefined : 7);
        for (const each of after) assertStill(kept(each), kept(first), "it comes back");
      });
});

interface Seen {
  readonly places: readonly string[];
  readonly parts: readonly number[];
}
