import assert from "node:assert/strict";
import { join } from "node:path";
import { colorAt, ember } from "../../../src/shared/colormaps.ts";
import { verdicts, type FeatureMaps } from "../../../src/shared/inside.ts";
import { until } from "../driver/until.ts";
import { featuresIn, truth, manyChannels, byActivity } from "./features-page.ts";
import { around } from "./around.ts";
import { modelHarness } from "./model-harness.ts";
import { samples } from "./model-fake-host.ts";
import type { ModelScenario } from "./model-fake-host.ts";

describe("feature maps in a browser", function () {
  this.timeout(90000);
  const views = around(modelHarness);
  const { open, drawn, calls, text, kept, says, choose } = featuresIn(views);

  it("draws every place of a channel in the colour of its value", async () => {
    const maps = await truth();
    const [, rows, columns] = maps.arrangement.shape;
    const page = await drawn({ scale: "channel", channel: 46 }, {}, {});
    await says(page, ".about-place", /^Channel 46/);
    const picked = [[0, 0], [7, 30], [25, 11], [40, 52], [54, 54]] as const; // prettier-ignore
    for (const [row, column] of picked) {
      const x = (column + 0.5) / columns;
      const y = (row + 0.5) / rows;
      const shown = await page.evaluate<number[]>(
        `(() => { const c = document.querySelector("canvas.pane"); const d = c.getContext("2d").getImageData(c.width * ${x} | 0, c.height * ${y} | 0, 1, 1).data; return [d[0], d[1], d[2]]; })()`,
      );
      const byte = maps.bytes[46 * rows * columns + row * columns + column] ?? 0;
      const expected = colorAt(ember, byte);
      shown.forEach((value, i) =>
        assert.ok(Math.abs(value - expected[i]!) <= 2, `${row}, ${column}: ${shown.join()} for ${expected.join()}`),
      );
    }
  });

  it("leaves the other channels in sight beside louder ones on the layer's scale, and says that it is cut off", async () => {
    const { scale, statistics } = await truth("cat-chelsea.png", "conv1");
    assert.ok(scale?.clipped && scale.high < Math.max(...statistics.greatest) / 2);
    const page = await drawn({ layer: "conv1" });
    const end = String(Number(scale.high.toPrecision(3)));
    await says(page, ".maps-scale", new RegExp(`^0\\s+${end} and beyond$`));
    const own = await drawn({ layer: "conv1", scale: "channel" });
    await says(own, ".maps-legend", /each has its own scale$/);
    assert.doesNotMatch(await text(own, ".maps-scale"), /beyond/);
  });

  it("has three rows of the grid in sight, where VS Code's side bar leaves it a laptop's window", async () => {
    const page = await drawn({}, {}, { width: 1030, height: 800 });
    const [grid, tile] = await page.evaluate<number[]>(
      `[document.querySelector(".map-scroller").clientHeight, document.querySelector(".map-scroller").clientWidth / 6]`,
    );
    assert.ok(grid! >= 2.8 * tile!, `${grid} pixels of tiles of ${tile}`);
  });

  it("counts and filters by verdict, and sorts by activity", async () => {
    const maps = await truth();
    const dead = maps.statistics.verdict.filter((verdict) => verdict === 1).length;
    assert.ok(dead > 0, "this photo leaves some of them dead");
    const page = await drawn();
    assert.equal(await text(page, ".count"), `64 channels, ${dead} dead`);
    const [first] = byActivity(maps);
    await says(page, ".about-place", new RegExp(`^Channel ${first}:`));
    await choose(page, "Which channels", "dead");
    await says(page, ".count", new RegExp(`^${dead} of 64 channels`));
    await says(page, ".about-place", /^Channel \d+, dead: mean 0/);
    await choose(page, "Which channels", "saturated");
    await says(page, ".count", /^0 of 64/);
  });

  it("keeps what is said of a channel within its tile, and says it whole under the pointer", async () => {
    const { features } = manyChannels(40, 8);
    const wanting = async (...asked: Parameters<NonNullable<typeof features>>) => {
      const answer = (await features?.(...asked)) as FeatureMaps;
      const verdict = new Uint8Array(40).fill(verdicts.indexOf("nearly dead"));
      return { ...answer, statistics: { ...answer.statistics, verdict } };
    };
    const page = await drawn({ sort: "channel" }, { answers: { features: wanting } }, {});
    const tiles = page.locator("canvas.map-tiles");
    await tiles.hover({ position: { x: 30, y: 30 } });
    const room = page.locator(".map-room");
    await until("the label is there whole", async () => (await room.getAttribute("title")) === "nearly dead 0");
    const beside = await page.evaluate<number>(`(() => {
      const canvas = document.querySelector("canvas.map-tiles"), { width } = canvas.getBoundingClientRect();
      const columns = Math.floor((width + 6) / 78), tile = (width - 6 * (columns - 1)) / columns;
      const ratio = canvas.width / width, [x, y] = [tile + 3, tile - 8].map((at) => at * ratio | 0);
      return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3];
    })()`);
    assert.equal(beside, 0, "nothing is drawn between two tiles");
  });

  it("shows the channel under the pointer at once and without asking, and keeps the one that is clicked", async () => {
    const maps = await truth();
    const order = byActivity(maps);
    const page = await drawn();
    const box = await page.locator("canvas.map-tiles").boundingBox();
    assert.ok(box);
    await until("the first maps are asked for", () => calls("features").length > 0);
    const before = calls("features").length;
    await page.mouse.move(box.x + 120, box.y + 30);
    await says(page, ".about-place", new RegExp(`^Channel ${order[1]}:`));
    await page.mouse.click(box.x + 120, box.y + 30);
    await page.mouse.move(box.x + 5, box.y - 60);
    await says(page, ".about-place", new RegExp(`^Channel ${order[1]}:`));
    assert.equal((await kept(page))["channel"], order[1]);
    assert.equal(calls("features").length, before);
    // From the frame's start to its end, all of the page's regions included.
    const times = await page.evaluate<number[]>(`(async () => {
      const grid = document.querySelector(".map-scroller"), { left, top } = grid.getBoundingClientRect(), times = [];
      for (let i = 0; i < 60; i++) {
        const clientX = left + 20 + 82 * (i % 7), clientY = top + 20 + 82 * (i % 2), start = performance.now();
        grid.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY }));
        const handled = performance.now() - start;
        const frame = await new Promise((done) => requestAnimationFrame((at) => done(performance.now() - Math.max(at, start))));
        times.push(handled + frame);
      }
      return times.sort((a, b) => a - b);
    })()`);
    assert.ok(times[30]! <= 16, `half of them within ${times[30]} ms`);
  });

  it("draws the channel under the pointer in the frame that brings the move, once for all moves of a frame", async () => {
    const page = await drawn();
    const box = await page.locator(".map-scroller").boundingBox();
    assert.ok(box);
    await page.evaluate(`{
      const caption = document.querySelector(".stage figcaption");
      window.late = [];
      window.addEventListener("pointermove", () => (window.before = caption.textContent), true);
      window.addEventListener("pointermove", () => {
        const then = window.before;
        requestAnimationFrame(() => late.push(caption.textContent === then));
      });
    }`);
    for (let i = 1; i <= 6; i++) await page.mouse.move(box.x + 30 + 82 * i, box.y + 30);
    await until("all moves have their frame", async () => (await page.evaluate<unknown[]>("late")).length === 6);
    assert.deepEqual(await page.evaluate("late"), Array(6).fill(false));
    const drawings = await page.evaluate(`(async () => {
      const caption = document.querySelector(".stage figcaption");
      const grid = document.querySelector(".map-scroller");
      const { left, top } = grid.getBoundingClientRect();
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      let drawings = 0;
      new MutationObserver(() => drawings++).observe(caption, { childList: true });
      await frame();
      for (let i = 0; i < 6; i++) {
        const move = { clientX: left + 30 + 82 * i, clientY: top + 30, bubbles: true };
        grid.dispatchEvent(new PointerEvent("pointermove", move));
        await undefined; // what a move has left to do before the next one comes
      }
      await frame();
      await frame();
      return drawings;
    })()`);
    assert.equal(drawings, 1);
  });

  it("walks the grid and the map with the keys, and Enter pins", async () => {
    const order = byActivity(await truth());
    const page = await drawn();
    await page.focus(".map-scroller");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await says(page, ".about-place", new RegExp(`^Channel ${order[2]}:`));
    assert.match((await page.textContent("#channel-spoken")) ?? "", new RegExp(`^Channel ${order[2]}`));
    assert.equal((await kept(page))["channel"], undefined, "looking is not choosing");
    await page.keyboard.press("Enter");
    await until("it is kept", async () => (await kept(page))["channel"] === order[2]);
    const place = async () =>
      /row (\d+), column (\d+)/
        .exec(await text(page, ".about-place"))!
        .slice(1)
        .map(Number);
    const [row, column] = await place();
    const [dy, dx] = [row === 0 ? 1 : -1, column === 0 ? 1 : -1];
    await page.focus("canvas.pane");
    await page.keyboard.press(dy < 0 ? "ArrowUp" : "ArrowDown");
    await page.keyboard.press(dx < 0 ? "ArrowLeft" : "ArrowRight");
    await page.keyboard.press("Enter");
    await until(
      "the place is kept",
      async () => String((await kept(page))["place"]) === `${row! + dy},${column! + dx}`,
    );
    await page.reload();
    await says(page, ".about-place", new RegExp(`^Channel ${order[2]}:.*row ${row! + dy}, column ${column! + dx}`));
  });

  it("holds 10,000 channels, of which only those in sight are asked for and drawn", async () => {
    const page = await drawn({ sort: "channel" }, { answers: manyChannels(10000, 7) });
    assert.equal(await text(page, ".count"), "10,000 channels");
    await page.focus(".map-scroller");
    await page.keyboard.press("End");
    await says(page, ".about-place", /^Channel 9999:.*≈/); // its map is at hand
    const asked = calls("features").flatMap(({ params }) => (params["channels"] as number[] | undefined) ?? []);
    assert.ok(asked.length > 0 && asked.length < 400, `${asked.length} channels were asked for one by one`);
    assert.ok((await page.evaluate<number>("document.querySelectorAll('.features *').length")) < 150);
    const frames = await page.evaluate<number[]>(`(async () => {
      const grid = document.querySelector(".map-scroller"), times = [];
      for (let i = 0; i < 60; i++) {
        grid.scrollTop -= 60;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame((at) => done(times.push(performance.now() - at)))));
      }
      return times.sort((a, b) => a - b);
    })()`);
    assert.ok(frames[30]! <= 16, `half of the frames within ${frames[30]} ms`);
  });

  it("has one line of tools where it is narrow, and says how many of those that are folded away are not as usual", async () => {
    const page = await drawn({ signed: true });
    assert.equal(await text(page, ".maps-unfold"), "More (1)");
    assert.equal(await page.isVisible(".tool:text-is('Signed')"), false);
    const { height } = (await page.locator(".maps-bar").boundingBox())!;
    assert.ok(height < 40, `one line, but ${height} pixels high`);
    await page.click(".maps-unfold");
    await page.click(".tool:text-is('Signed')");
    await says(page, ".maps-unfold", /^More$/);
  });

  it("compares two photos, with what differs most first", async () => {
    const [cat, coffee] = await Promise.all([truth(), truth("coffee.png")]);
    const [channels, rows, columns] = cat.arrangement.shape;
    const value = ({ bytes, low, high }: FeatureMaps, c: number, i: number) =>
      low[c]! + (bytes[c * rows * columns + i]! / 255) * (high[c]! - low[c]!);
    const differences = Array.from({ length: channels }, (_, c) => {
      let sum = 0;
      for (let i = 0; i < rows * columns; i++) sum += Math.abs(value(cat, c, i) - value(coffee, c, i));
      return sum;
    });
    const most = differences.indexOf(Math.max(...differences));
    const page = await drawn({}, { other: "coffee.png" });
    await choose(page, "Compare", "other");
    await says(page, ".about-place", new RegExp(`^Channel ${most}:.*against`));
    assert.equal((await kept(page))["sort"], "most different");
    await until(
      "two maps and two photos are there",
      async () => (await page.locator("canvas.pane:visible").count()) === 4,
    );
    await page.click(".tool:text-is('Difference')");
    await says(page, ".maps-legend", /difference of activations/);
    assert.match(await text(page, "figure.large:not([hidden]) figcaption"), /coffee\.png − cat-chelsea\.png/);
    await choose(page, "Compare", "nothing");
    await until("the order is as before", async () => (await kept(page))["sort"] === "most active");
  });

  it("takes maps along as a picture, as numbers, and as text", async () => {
    const saved: { name: string; bytes: Uint8Array }[] = [];
    const copied: string[] = [];
    const answers: NonNullable<ModelScenario["answers"]> = {
      savePicture: (picture) => Promise.resolve(saved.push(picture) > 0),
      copyText: ({ text }) => Promise.resolve(void copied.push(text)),
    };
    const page = await drawn({ channel: 5 }, { answers });
    const pick = async (pattern: string) => {
      await page.click("[aria-label='Save and copy']");
      await page.click(`.features [role=menuitem]:has-text("${pattern}")`);
    };
    await pick("grid as PNG");
    await until("the picture is handed over", () => saved.length === 1);
    assert.equal(saved[0]?.name, "cat-chelsea-fire2-expand3x3.png");
    const png = Buffer.from(saved[0].bytes);
    assert.equal(png.toString("latin1", 1, 4), "PNG");
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [768, 768], "8 rows of 8 channels");
    await pick(".npy");
    await until("the layer's output is saved", () => calls("saveActivation").length === 1);
    assert.equal(calls("saveActivation")[0]?.params["name"], "cat-chelsea-fire2-expand3x3.npy");
    await pick("Copy the values");
    await until("the values are copied", () => copied.length === 1);
    const table = copied[0]!.split("\n").map((line) => line.split("\t").map(Number));
    assert.deepEqual([table.length, table[0]?.length], [55, 55]);
    const maps = await truth();
    const greatest = Math.max(...table.flat());
    assert.ok(Math.abs(greatest - maps.high[5]!) <= 0.005 * maps.high[5]!);
  });

  it("draws a vector as bars with the names of its classes", async () => {
    const page = await open({ layer: "softmaxout" });
    await says(page, ".about-place", /^Channel 285[^:]*: 0\.92/);
    await says(page, ".count", /^1,000 channels$/);
    await until("only the photo is large", async () => (await page.locator("canvas.pane:visible").count()) === 1);
  });

  describe("says why", () => {
    it("there is no photo, and how to choose one", async () => {
      const page = await open({}, { photo: "none" });
      await says(page, ".maps-message", /No photo yet/);
      await page.click(".maps-message vscode-button");
      await page.waitForSelector("figure.large:not([hidden])");
    });

    it("a photo is refused", async () => {
      const message = "cat.png: the file ends early.";
      const page = await open({}, { refuse: { photo: { name: "Unreadable", message } } });
      await says(page, ".maps-message", /This photo cannot be used[^]*ends early/);
    });

    it("a photo is gone, and shows no other layer’s maps under this layer’s name", async () => {
      const page = await drawn({ layer: "fire2/expand3x3" });
      views().host.usePhoto("current", "/nowhere/gone.png");
      await says(page, ".maps-message", /The photo was refused, the last one is still shown[^]*gone\.png/);
      assert.equal(await page.isVisible(".maps"), true);
      views().host.reveal("conv1");
      await says(page, ".maps-message", /This photo cannot be used[^]*gone\.png/);
      assert.equal(await page.isVisible(".maps"), false);
      assert.equal(await page.isVisible(".maps-message vscode-button"), true);
      views().host.reveal("fire2/expand3x3");
      await says(page, ".maps-message", /the last one is still shown/);
      assert.equal(await page.isVisible(".maps"), true);
    });

    it("a layer cannot be computed, and asks once", async () => {
      const message = "MyOwnConv of domain acme is not known.";
      const page = await open({}, { refuse: { features: { name: "UnsupportedOp", message } } });
      await says(page, ".maps-message", /cannot be computed[^]*MyOwnConv/);
      await page.waitForTimeout(300);
      const before = calls("features").length;
      await page.waitForTimeout(300);
      assert.equal(calls("features").length, before);
      await page.click(".maps-message vscode-button");
      await until("it is asked again", () => calls("features").length > before);
    });

    it("nothing is to be seen", async () => {
      const many = manyChannels(40, 7);
      const features: NonNullable<ModelScenario["answers"]>["features"] = async (params, signal) => {
        const maps = await many.features!(params, signal);
        const zero = new Float32Array(40);
        const statistics = { ...maps.statistics, mean: zero, greatest: zero, verdict: new Uint8Array(40).fill(1) };
        return { ...maps, high: zero, bytes: new Uint8Array(maps.bytes.length), statistics };
      };
      const page = await open({}, { answers: { features } });
      await says(page, ".maps-message", /All 40 channels are zero everywhere/);
      assert.equal(await text(page, ".count"), "40 channels, 40 dead");
    });

    it("keeps the maps in sight while another photo's are computed", async () => {
      const page = await drawn({}, { slow: { features: 600 } });
      views().host.usePhoto("current", join(samples, "coffee.png"));
      await page.waitForSelector(".features[data-outdated=true]");
      assert.equal(await page.isVisible("canvas.map-tiles"), true);
      assert.equal(await page.isVisible("figure.large >> nth=0"), true);
      await page.waitForSelector(".features[data-outdated=false]");
    });
  });
});
