import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { contrast } from "./contrast.ts";
import { explainPages, option, until } from "./explain-page.ts";
import { dress, resize } from "./pages.ts";

describe("how photo and map are looked at", function () {
  this.timeout(60000);
  const { settled } = explainPages();

  it("keeps photo and map in sight while the sides scroll", async () => {
    const page = await settled({ height: 700 });
    await page.click("text=Check it");
    await page.locator(".preparations .choice").last().scrollIntoViewIfNeeded();
    await page.locator(".thumbnail").last().scrollIntoViewIfNeeded();
    const box = await page.locator(".map canvas.pane").boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= 700, JSON.stringify(box));
  });

  it("is reached everywhere by Tab: each list is one stop", async () => {
    const page = await settled();
    const stops: string[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(`(() => {
        const e = document.activeElement;
        return e === document.body ? "" : (e.getAttribute("aria-label") ?? e.innerText ?? "").split("\\n")[0];
      })()`);
      if (stop === "" || stops.includes(String(stop))) break;
      stops.push(String(stop));
    }
    const has = (text: string) =>
      assert.ok(
        stops.some((stop) => stop.startsWith(text)),
        `${text} is not among ${stops.join(" | ")}`,
      );
    for (const text of [
      "Model",
      "Photo and map",
      "Save",
      "More actions",
      "The photo",
      "Grad-CAM over",
      "Grad-CAM",
      "tabby",
      "Explain another",
      "Why not",
      "Check it",
      "Layer",
      "Show negative",
      "Opacity",
    ])
      has(text);
    assert.ok(!stops.some((stop) => stop.startsWith("tiger cat")), "the classes are one stop");
  });

  for (const [thin, side] of [
    ["wide", "height"],
    ["tall", "width"],
  ] as const)
    it(`shows a part of a ${thin} line of pixels that can be read, all of it when asked, and the part again`, async () => {
      const page = await settled({ scenario: { thin } });
      const thickness = () => page.evaluate(drawnThickness, side);
      assert.ok((await thickness()) > 70, `${await thickness()} pixels of photo`);
      await page.click("text=Show all of it");
      await page.waitForSelector(".part:has-text('All of a long photo')");
      assert.ok((await thickness()) < 30, `${await thickness()} pixels of photo`);
      await page.click("text=Look closer");
      await page.waitForSelector(".part:has-text('A part of a long photo')");
      assert.ok((await thickness()) > 70);
      const [photo, map] = await Promise.all(
        [".photo canvas", ".map canvas.pane"].map((pane) => page.locator(pane).boundingBox()),
      );
      assert.equal(
        photo!.x === map!.x,
        thin === "wide",
        "wide panes stand one above the other, tall ones side by side",
      );
    });

  describe("on one page, then in other windows and themes", () => {
    let page: Page;
    before(async () => {
      page = await settled();
    });

    it("ends with the window, whichever way the map is shown", async () => {
      const beyond = () => page.evaluate<number>("document.documentElement.scrollHeight - innerHeight");
      assert.equal(await beyond(), 0);
      await page.click('[aria-label="The map over the photo"]');
      await page.waitForSelector('.panes[data-view="overlay"]');
      assert.equal(await beyond(), 0);
      await page.click('[aria-label="Photo and map side by side"]');
    });

    it("says in full what is chosen in a list, or where it lies", async () => {
      const title = async (name: string) => {
        const list = page.getByRole("combobox", { name, exact: true });
        await list.hover();
        return list.getAttribute("title");
      };
      assert.equal(await title("Layer"), "head/relu6 · 1280 × 7 × 7 (default)");
      assert.equal(await title("Model"), "/models/efficientnet-lite0.onnx");
    });

    it("opens its list of models over the page, with room for many", async () => {
      const header = async () => (await page.locator("header").boundingBox())!.height;
      const [model, before] = [page.locator('vscode-dropdown[aria-label="Model"]'), await header()];
      await model.click();
      await model.getByRole("option", { name: "Browse…" }).waitFor();
      assert.equal(await header(), before);
      const most = await page.evaluate(`(() => {
        const { shadowRoot } = document.querySelector('vscode-dropdown[aria-label="Model"]');
        return getComputedStyle(shadowRoot.querySelector(".listbox")).maxHeight;
      })()`);
      assert.equal(most, "320px", "most of half the window");
      await page.keyboard.press("Escape");
    });

    it("colours the opacity's track up to its knob, in the theme's colours alone", async () => {
      const track = `(() => {
        const style = getComputedStyle(document.querySelector(".parameters .slider"));
        return style.appearance + " " + Math.round(parseFloat(style.getPropertyValue("--share")));
      })()`;
      assert.equal(await page.evaluate<string>(track), "none 61", "0.65, from 0.1 to 1");
      const opacity = page.getByLabel("Opacity of the map");
      await opacity.fill("1");
      await opacity.press("Enter");
      await until(page, `${track} === "none 100"`);
    });

    it("keeps the lines of one parameter's name apart from the next one's", async () => {
      const room = await page.evaluate<number>(`(() => {
        const label = document.querySelector(".parameters .field .label");
        const [text, field] = [label.textContent, label.closest(".field")];
        label.textContent = "long ".repeat(60);
        const room = label.getBoundingClientRect().top - field.getBoundingClientRect().top;
        label.textContent = text;
        return room;
      })()`);
      assert.ok(room >= 3, `${room} pixels`);
    });

    for (const theme of ["light", "dark", "high-contrast", "high-contrast-light"] as const)
      it(`has words that can be read, those of a warning and in an empty field too (${theme})`, async () => {
        await dress(page, theme);
        const guessed = await contrast(page.locator(".warning-text", { hasText: "guessed" }));
        assert.ok(guessed >= 4.5, `a warning's words: ${guessed}`);
        await page.click("text=Explain another class…");
        const asked = await contrast(page.locator(".class-search input"), "::placeholder");
        assert.ok(asked >= 4.5, `what may be typed: ${asked}`);
        await page.keyboard.press("Escape");
      });

    it("says nothing of parts where the photo is seen whole", async () => {
      assert.equal(await page.isVisible(".part"), false);
    });

    it("outlines the tenth that was erased while its check is pointed at, and for as long as it is asked for", async () => {
      const check = page.locator(".checks > li", { hasText: "Erasing the tenth" });
      await check.waitFor();
      const canvases = () =>
        page.evaluate<string[]>(`[...document.querySelectorAll("canvas.pane")].map((canvas) => canvas.toDataURL())`);
      const away = () => page.mouse.move(2, 2);
      const plain = await canvases();
      const shows = async (isMarked: boolean, when: string) => {
        const differs = async () => (await canvases()).map((picture, i) => picture !== plain[i]);
        const wanted = plain.map(() => isMarked).join();
        for (const start = Date.now(); (await differs()).join() !== wanted;)
          assert.ok(Date.now() - start < 4000, `${isMarked ? "outlined" : "no outline"} ${when}`);
      };
      assert.equal(plain.length, 2);
      await check.hover();
      await shows(true, "while it is pointed at");
      await away();
      await shows(false, "afterwards");
      await page.getByRole("button", { name: "Show it" }).click();
      await away();
      await shows(true, "as was asked");
      await page.getByRole("button", { name: "Hide it" }).click();
      await away();
      await shows(false, "when it was hidden");
    });

    it("reads photo and map at one place, by pointer and by keys", async () => {
      await page.hover(".photo canvas", { position: { x: 200, y: 100 } });
      assert.match(await page.innerText(".readout"), /of the maximum[^]*cell 4, 3 of 7 × 7[^]*RGB \d+, \d+, \d+/);
      await page.mouse.move(0, 0);
      assert.equal(await page.isVisible(".readout"), false);
      await page.focus(".map canvas");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      assert.match(await page.innerText(".readout"), /cell 5, 4 of 7 × 7/);
      await page.keyboard.press("Escape");
      assert.equal(await page.isVisible(".readout"), false);
    });

    it("lets go of the probe when the focus goes elsewhere", async () => {
      await page.focus(".map canvas");
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.isVisible(".readout"), true);
      await page.focus(option("tabby"));
      assert.equal(await page.isVisible(".readout"), false);
    });

    it("zooms both panes at once and comes back to the whole", async () => {
      const zoom = () => page.evaluate<number>("JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom");
      await page.hover(".map canvas");
      await page.mouse.wheel(0, -400);
      await until(page, "JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom > 2");
      await page.focus(".photo canvas");
      await page.keyboard.press("0");
      await until(page, "JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom === 1");
      await page.keyboard.press("+");
      await until(page, "JSON.parse(sessionStorage.getItem('state')).view.viewport.zoom > 1");
      assert.equal(await zoom(), 1.25);
      await page.keyboard.press("0");
    });

    for (const [width, height] of [
      [1400, 900],
      [1200, 760],
      [700, 900],
      [560, 500],
      [1180, 420],
    ] as const)
      it(`cuts no words and hides no thumbnail, and leads to all of them by scrolling (${width} × ${height})`, async () => {
        await resize(page, width, height);
        await page.evaluate(`document.querySelector('[data-technique="occlusion"]').click()`);
        await page.locator("[role=tab]").nth(4).waitFor();
        const { cut, beside } = await page.evaluate<{ cut: string[]; beside: string[] }>(`(() => {
          const all = (...selectors) => [...document.querySelectorAll(selectors.join())];
          const name = ({ className, innerText }) => className + ": " + innerText;
          const boxes = [".words", ".tabs", ".sentence", ".convention", ".thumbnails", ".thumbnail .name"];
          const cut = all(...boxes).filter((e) => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).display !== "inline");
          const reached = all(".words", ".thumbnail", ".convention").filter((e) => {
            e.scrollIntoView({ block: "nearest" });
            const { top, bottom, left, right } = e.getBoundingClientRect();
            const x = (left + right) / 2;
            return [top + 2, bottom - 2].some((y) => y < 0 || y > innerHeight || !e.contains(document.elementFromPoint(x, y)));
          });
          return { cut: cut.map(name), beside: reached.map(name) };
        })()`);
        assert.deepEqual([cut, beside], [[], []]);
        const words = await page.innerText(".sentence");
        assert.match(words, /Zeiler and Fergus 2014$/);
      });

    for (const theme of ["light", "dark", "high-contrast", "high-contrast-light"] as const)
      for (const width of [500, 1180])
        it(`fits into ${width} pixels with readable letters (${theme})`, async () => {
          await dress(page, theme);
          await resize(page, width, 800);
          const { overflow, small } = await page.evaluate<{ overflow: number; small: string[] }>(`({
            overflow: document.documentElement.scrollWidth - innerWidth,
            small: [...document.querySelectorAll("body *")]
              .filter((element) => element.innerText && element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < 11)
              .map((element) => element.className),
          })`);
          assert.ok(overflow <= 0, `${overflow} pixels too wide`);
          assert.deepEqual(small, []);
        });
  });
});

/** Runs in the page: how much of the photo pane's height or width, through its middle, is drawn on, in CSS pixels. */
function drawnThickness(side: "height" | "width"): number {
  interface Canvas {
    readonly width: number;
    readonly height: number;
    readonly clientWidth: number;
    getContext(kind: "2d"): {
      getImageData(x: number, y: number, w: number, h: number): { readonly data: Uint8ClampedArray };
    };
  }
  const { document } = globalThis as unknown as { document: { querySelector(selector: string): Canvas } };
  const canvas = document.querySelector(".photo canvas");
  const { width, height } = canvas;
  const [x, y, w, h] =
    side === "height" ? [Math.floor(width / 2), 0, 1, height] : [0, Math.floor(height / 2), width, 1];
  const { data } = canvas.getContext("2d").getImageData(x, y, w, h);
  return (data.filter((_, i) => i % 4 === 3 && data[i]! > 200).length * canvas.clientWidth) / width;
}
