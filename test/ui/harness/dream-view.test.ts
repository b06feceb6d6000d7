import assert from "node:assert/strict";
import type { Start } from "../../../src/host/dream-start.ts";
import type { Frame } from "../../../src/shared/synthesis.ts";
import { unbroken } from "../../../webview/shared/words.ts";
import { layers, phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { sixChannels, staged, styleTerms } from "./dream-staged.ts";
import { contrast } from "./contrast.ts";
import { dress, resize } from "./pages.ts";

describe("the Dream panel's page", function () {
  this.timeout(60_000);
  const { views, asked } = aroundDream();

  it("asks by itself where its host does not speak first", async () => {
    await layers(await views().open({ scenario: { silent: true } }));
    assert.equal(asked("subject").length, 1);
  });

  it("grows the picture, frame by frame, to its end", async () => {
    const page = await views().open({ scenario: { start: staged({ step: 40 }) } });
    await page.getByRole("button", { name: "Start" }).click();
    await phase(page, "finished");
    assert.equal(await page.locator(".place").textContent(), "Octave 2 of 2 · step 5 of 5");
    await page.locator('.frame[aria-pressed="true"][aria-label^="Octave 2, step 5"]').waitFor();
    assert.match((await page.locator(".box canvas").getAttribute("aria-label")) ?? "", /step 5 of 5/);
  });

  for (const technique of ["deep-dream", "class-visualization", "activation-atlas"])
    it(`has the verdict in the viewport when ${technique} is finished, on a wide page and on a narrow one`, async () => {
      const verdict = "The network takes the picture for espresso with 99.9 %.";
      const undone = "Step 3 came to NaN: it is undone, and the step size halved.";
      const note = { kind: "note", title: "", level: "info" } as const;
      const notes = [
        ...Array.from({ length: 6 }, (_, i) => ({
          ...note,
          key: `remark-${i}`,
          text: `Remark ${i} of some length.`,
        })),
        { ...note, key: "nan", level: "warning", text: undone } as const,
        { ...note, key: "verdict", level: "good", text: verdict } as const,
      ];
      const settings = { technique, target: 7 };
      const page = await views().open({ scenario: { settings, begins: true, start: staged({ step: 5, notes }) } }); // prettier-ignore
      await phase(page, "finished");
      for (const [width, height] of [
        [1180, 760],
        [560, 900],
      ] as const) {
        await resize(page, width, height);
        for (const text of [verdict, undone]) {
          const { y, height: high } = (await page.getByText(text).boundingBox())!;
          assert.ok(y > 0 && y + high <= height, `${text}, ${width} wide: ${y} to ${y + high}`);
          const seen = await page.evaluate<string>(`document.elementFromPoint(100, ${y + high / 2})?.textContent`);
          assert.equal(seen, unbroken(text), "nothing lies over it");
        }
      }
    });

  it("offers no comparison of a sheet with the photo, and compares what is climbed within a picture", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, sheet: sixChannels }) } });
    await phase(page, "finished");
    assert.equal(await page.locator(".compare").isVisible(), false);
    assert.equal(await page.locator(".curve .objective .value").textContent(), "Channel 11: 7 → 11");
    const bare = await page.evaluate<number>(
      `document.querySelector(".frame canvas").getContext("2d").getImageData(29, 5, 1, 1).data[3]`,
    );
    assert.equal(bare, 0, "between the pictures of a thumbnail the page is seen");
  });

  it("keeps the newest frame in sight as the panel gets narrower, and its tools together", async () => {
    const page = await views().open({ width: 1400, height: 900, scenario: { begins: true, start: staged({ octaves: 4, step: 5, failsAt: 19 }) } }); // prettier-ignore
    await phase(page, "failed");
    const tools = page.locator("header .tools .tool, header .tools .icon-button");
    const places = async () =>
      (await Promise.all((await tools.all()).map((each) => each.boundingBox()))).map((box) => {
        const { x, y, width, height } = box!;
        return { line: Math.round((y + height / 2) / 10), right: x + width }; // a button with a border is a little higher than one without
      });
    for (const width of [700, 560, 420, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await until(`the newest is in sight at ${width}`, async () => {
        const { x, width: wide } = (await page.locator(".frame").last().boundingBox())!;
        return x + wide <= width;
      });
      const fits = await page.evaluate<readonly boolean[]>(
        `[...document.querySelectorAll("header vscode-dropdown")].map(({ shadowRoot }) =>
          ((words) => words.scrollWidth <= words.clientWidth)(shadowRoot.querySelector(".selected-value")))`,
      );
      assert.ok(fits[0], `the technique's name at ${width}`);
      const [technique, , model] = await Promise.all((await page.locator("header vscode-dropdown").all()).map((each) => each.boundingBox())); // prettier-ignore
      if (width > 480) assert.ok(model!.width > 1.4 * technique!.width, "the model has the room that DeepDream leaves");
      if (width === 420)
        assert.equal(new Set((await places()).map(({ line }) => line)).size, 1, "the tools are on one line");
    }
    const lines = new Map<number, number>();
    for (const { line, right } of await places()) lines.set(line, Math.max(lines.get(line) ?? 0, right));
    assert.ok(lines.size > 1, "they have no room on one line");
    for (const right of lines.values()) assert.ok(right > 280, `a line of them ends at ${right}`);
    await page.evaluate("scrollTo(0, 400)");
    assert.ok((await page.locator("header").boundingBox())!.y < -300, "it covers nothing of what is scrolled to");
  });

  it("draws losses in full, however transparent the theme's orange is, and where octaves begin", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const stroke = await page.evaluate<string>(`(() => {
      document.documentElement.style.setProperty("--vscode-charts-orange", "rgba(234, 92, 0, 0.33)");
      return getComputedStyle(document.querySelector(".curve .loss .line")).stroke;
    })()`);
    assert.doesNotMatch(stroke, /\/|rgba/);
    assert.match(stroke, /^color\(srgb 0\.91\d* 0\.36\d* 0\)$/);
    for (const theme of ["dark", "light"] as const) {
      await dress(page, theme);
      const mark = page.locator(".curve .objective .mark");
      await page.evaluate(
        "((mark) => (mark.style.color = getComputedStyle(mark).stroke))(document.querySelector('.mark'))",
      );
      assert.ok((await contrast(mark)) > 3, `where an octave begins, in ${theme}`);
    }
  });

  it("names what is climbed, and says in full what its number is", async () => {
    const settings = { channel: 5 };
    const page = await views().open({ scenario: { begins: true, settings, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const objective = page.locator(".curve .objective");
    assert.equal(await objective.locator("figcaption .dim").textContent(), "Mean of channel 5 of fire8/concat");
    assert.match(
      (await objective.getAttribute("title")) ?? "",
      /^Mean of channel 5 .*\. Over the channel's map\. It has/,
    );
    assert.match((await page.locator(".curve .loss").getAttribute("title")) ?? "", /^L2: subtracted from what/);
    const made = await page.locator("p.made").textContent();
    const [all, ...parameters] = ((await page.locator("p.made").getAttribute("title")) ?? "").split("\n");
    assert.equal(all, made, "all of it, where it is cut");
    assert.ok(parameters.length > 1);
  });

  it("draws what the objective is the sum of, each by itself, and leaves the settings in reach", async () => {
    const start = staged({ octaves: 1, step: 5, terms: styleTerms });
    const settings = { technique: "style-transfer" };
    const page = await views().open({ height: 620, scenario: { begins: true, settings, start } });
    await phase(page, "finished");
    const terms = await page.locator(".curve .term").all();
    const told = await Promise.all(
      terms.map(async (term) => [await term.getAttribute("title"), await term.textContent()]),
    );
    assert.deepEqual(told.slice(0, 3), [
      ["Style: a part of what is climbed, its weight taken in.", "style−10 → −2"],
      ["Content in fire4/concat: a part of what is climbed, its weight taken in.", "content in fire4/concat−2 → −0.4"],
      ["Gram matrix of conv1: a part of style, its weight taken in.", "style: Gram matrix of conv1−1 → −0.2"],
    ]);
    assert.equal(terms.length, styleTerms.length);
    const isNamedFirst =
      "[...document.querySelectorAll('.curve figure')].every(({ children }) => children[1].matches('svg'))";
    assert.ok(await page.evaluate<boolean>(isNamedFirst), "what is cut off has its name");
    const { height } = (await page.locator(".curve").boundingBox())!;
    assert.ok(height < 0.5 * 620, `the curves take ${height} pixels`);
    await terms.at(-1)!.scrollIntoViewIfNeeded();
  });

  it("shows a panorama on the strip in its own shape, within the strip's height", async () => {
    const [long, high] = [1200, 100];
    const shape = long / high;
    const wide: Start = async function* (...asked) {
      for await (const update of staged({ step: 5 })(...asked))
        if (update.kind !== "frame") yield update;
        else yield { ...update, picture: { width: long, height: high, pixels: new Uint8Array(3 * long * high) } };
    };
    const page = await views().open({ scenario: { begins: true, start: wide } });
    await phase(page, "finished");
    for (const [width, height] of [
      [1180, 760],
      [420, 900],
    ] as const) {
      await resize(page, width, height);
      const box = (await page.locator(".frame canvas").last().boundingBox())!;
      const [fit, ratio] = await page.evaluate<readonly [string, number]>(`(() => {
        const canvas = document.querySelector(".frame canvas");
        return [getComputedStyle(canvas).objectFit, canvas.width / canvas.height];
      })()`);
      assert.deepEqual([Math.round(box.width), Math.round(box.height), fit], [248, 62, "contain"]);
      assert.ok(Math.abs(ratio / shape - 1) < 0.05, String(ratio));
    }
  });

  it("shows no objective where nothing is climbed", async () => {
    const start: Start = async function* (...run) {
      for await (const update of staged({ octaves: 1, steps: 2, step: 5 })(...run))
        if (update.kind === "frame")
          yield { ...update, objective: undefined, losses: {} } as unknown as Frame; // left out
        else yield update;
    };
    const page = await views().open({ scenario: { begins: true, start } });
    await phase(page, "finished");
    await page.locator('.frame[aria-label="Step 2"]').waitFor();
    assert.equal(await page.locator(".curve").isVisible(), false);
  });

  it("has the newest frame in sight, however many came at once", async () => {
    const page = await views().open({ width: 420, scenario: { start: staged({ step: 1, steps: 40 }) } });
    await page.getByRole("button", { name: "Start" }).click();
    await phase(page, "finished");
    await page.locator(".frame").nth(30).waitFor();
    const beyond =
      "((frames) => frames.scrollWidth - frames.scrollLeft - frames.clientWidth)(document.querySelector('.frames'))";
    await until("it is scrolled to its end", async () => (await page.evaluate<number>(beyond)) < 40);
    assert.ok(await page.evaluate<boolean>("document.querySelector('.frames').scrollLeft > 0"));
  });

  it("pauses and goes on by the space bar, and steps by a full stop", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 150, steps: 20 }) } });
    await page.locator(".frame").nth(1).waitFor();
    await page.keyboard.press(" ");
    await phase(page, "paused");
    const before = views().host.run.newest?.done ?? 0;
    await page.keyboard.press(".");
    await page.locator(".frame").nth(before).waitFor();
    await phase(page, "paused");
    assert.equal(views().host.run.newest?.done, before + 1);
    await page.keyboard.press(" ");
    await phase(page, "running");
  });

  it("goes on from an earlier frame with what was changed meanwhile", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const third = views().host.run.film.all[2]!;
    await page.locator(".frame").nth(2).click();
    const jitter = page.getByRole("textbox", { name: /^Jitter/ });
    await jitter.fill("7");
    await jitter.press("Enter");
    await page
      .locator(".rewound")
      .getByRole("button", { name: /^Go on from here/ })
      .click();
    await page.locator(".frame.off").first().waitFor();
    assert.deepEqual(asked("resume"), [{ frame: third.id }]);
    assert.deepEqual(views().host.run.settings.parameters, { jitter: 7 });
  });

  it("follows a branch: its growing frame is in sight", async () => {
    const page = await views().open({ width: 560, scenario: { begins: true, start: staged({ step: 30, steps: 15 }) } });
    await phase(page, "finished");
    await page.locator(".frame").nth(1).click();
    await page
      .locator(".rewound")
      .getByRole("button", { name: /^Go on from here/ })
      .click();
    await page.locator(".frame").nth(33).waitFor();
    // Both at once: the strip moves with every frame that comes.
    const inSight = () =>
      page.evaluate<boolean>(`((frame, strip) => frame.left >= strip.left && frame.right <= strip.right)(
        ...['.frame[aria-pressed="true"]', ".frames"].map((one) => document.querySelector(one).getBoundingClientRect()),
      )`);
    for (let i = 0; i < 5; i++) {
      assert.ok(await inSight());
      await page.waitForTimeout(50);
    }
    await phase(page, "finished");
    await page.locator(".frame").nth(1).click();
    await page.getByRole("button", { name: "Back to the newest" }).click();
    await until("the newest is in sight again", inSight);
  });

  it("says of an earlier frame where the run was then, and has a number under each", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const numbers = ["1 · 1", "1 · 2", "1 · 3", "1 · 4", "1 · 5", "2 · 1", "2 · 2", "2 · 3", "2 · 4", "2 · 5"];
    assert.deepEqual(await page.locator(".frame .number").allTextContents(), numbers);
    const words = async () => [await page.locator(".place").textContent(), await page.locator(".pace").textContent()];
    await page.locator(".frame").nth(2).click();
    await until("it is said", async () => (await words()).join() === "Octave 1 of 2 · step 3 of 5,An earlier frame");
    assert.equal(await page.getByRole("progressbar", { name: "Progress" }).getAttribute("aria-valuenow"), "3");
    await page.locator(".frame").nth(9).click();
    await until("the run is told of again", async () => (await words()).join() === "Octave 2 of 2 · step 5 of 5,Finished"); // prettier-ignore
  });

  it("calls the sizes of a style transfer sizes, as its form does", async () => {
    const settings = { technique: "style-transfer" };
    const page = await views().open({ scenario: { begins: true, settings, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await until("it is said", async () => (await page.locator(".place").textContent()) === "Size 2 of 2 · step 5 of 5");
    await page.getByText("Vertical lines mark where a new size begins.").waitFor();
  });

  for (const width of [1180, 560])
    it(`keeps Start again under the pointer that has clicked it, on a page ${width} wide`, async () => {
      const page = await views().open({ width, scenario: { begins: true, start: staged({ step: 60, steps: 9 }) } });
      const button = page.getByRole("button", { name: "Start again" });
      await page.getByRole("button", { name: "Stop" }).click();
      await phase(page, "stopped");
      const { x, y, width: wide, height } = (await button.boundingBox())!;
      const at = `document.elementFromPoint(${x + wide / 2}, ${y + height / 2})?.textContent`;
      await button.click();
      await page.getByRole("button", { name: "Stop" }).waitFor();
      assert.equal(await page.evaluate(at), "Start again", "while it runs");
      await phase(page, "finished");
      assert.equal(await page.evaluate(at), "Start again", "when it is finished");
    });

  it("says that a model of a folder that nobody trusts is not run, and what can be done", async () => {
    const message = "resnet50.onnx is not run in Restricted Mode: a model is a program.";
    const page = await views().open({ scenario: { restricted: true, refuse: { subject: { name: "Untrusted", message } } } }); // prettier-ignore
    await page.getByRole("heading", { name: "This model runs only in a trusted folder" }).waitFor();
    await page.getByText(message).waitFor();
    assert.ok(!(await page.locator(".columns").isVisible()));
    await page.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await until("trust is asked about", () => asked("manageTrust").length === 1);
  });

  it("asks once about what is chosen in place of what cannot be used, and again where that is wanted", async () => {
    const refuse = { subject: { name: "UnreadableFile", message: "cat-chelsea.png is not a photo." } };
    const page = await views().open({ scenario: { refuse } });
    const times = async () => {
      // What the page had to ask before comes before this.
      const before = asked("showLog").length;
      await page.getByRole("button", { name: "Show log" }).click();
      await until("the log is asked for", () => asked("showLog").length > before);
      return asked("subject").length;
    };
    assert.equal(await times(), 1);
    await page.getByRole("button", { name: "Another photo…" }).click();
    await until("it is asked about", () => asked("subject").length > 1);
    assert.equal(await times(), 2);
    await page.getByRole("button", { name: "Try again" }).click();
    await until("it is asked about again", () => asked("subject").length > 2);
    assert.equal(await times(), 3);

    const unreadable = { subject: { name: "Unreadable", message: "squeezenet1.1.onnx ends too early." } };
    const other = await views().open({ scenario: { refuse: unreadable } });
    const choose = async (hasText: string) => {
      await other.locator('.refusal vscode-dropdown[aria-label="Another model…"]').click();
      await other.locator(".refusal vscode-option").filter({ hasText }).click();
    };
    for (const times of [1, 2]) {
      await choose("Browse…"); // the dialog is left
      await until("there was a dialog", () => asked("browseModel").length === times);
    }
    await choose("efficientnet-lite0");
    await until("it is asked about", () => asked("subject").length > 1);
    await other.getByRole("button", { name: "Show log" }).click();
    await until("the log is asked for", () => asked("showLog").length === 1);
    assert.equal(asked("subject").length, 2);
    await choose("efficientnet-lite0"); // the same again, of which the host tells nothing
    await until("it is asked about again", () => asked("subject").length > 2);
  });

  it("says why it failed, and continues", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, failsAt: 4 }) } });
    await page.getByRole("alert").getByText("The engine crashed").waitFor();
    const numbers = await page.locator(".frame .number").allTextContents();
    assert.deepEqual(numbers, ["1 · 1", "1 · 2", "1 · 3"], "as they will be when the second octave has come");
    await page.getByRole("alert").getByRole("button", { name: "Continue" }).click();
    await phase(page, "finished");
    assert.equal(views().host.run.film.all.length, 10);
  });

  it("comes back to all that grew while nobody looked", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.reload();
    await phase(page, "finished");
    await page.locator(".frame").nth(9).waitFor();
    assert.equal(await page.locator(".frame").count(), 10);
  });

  it("says what it makes before the first step is done, the layer that was found by itself among it", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 3000 }) } });
    await page.getByText("DeepDream of cat-chelsea.png by squeezenet1.1.onnx at fire8/concat · seed 0").waitFor();
    assert.equal(views().host.run.film.all.length, 0);
    await layers(page);
    const layer = page.locator('[aria-label="Layer"] [role=option][aria-selected="true"]');
    await until("the list says it too", async () => (await layer.textContent()) === "fire8/concat (automatic)");
  });
});
