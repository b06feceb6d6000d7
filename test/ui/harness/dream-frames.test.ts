import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Start } from "../../../src/host/dream-start.ts";
import { phase } from "../driver/dream.ts";
import { until } from "../driver/until.ts";
import { aroundDream } from "./dream-harness.ts";
import { samplesFolder } from "../../unit/support/engine.ts";
import { inStages, sixChannels, staged } from "./dream-staged.ts";

const labels: Readonly<Record<number, string>> = { 1: "goldfish", 281: "tabby" };

/** As many steps as are chosen, and what the network says of the picture at its end. */
const told: Start = async function* (settings, ...more) {
  const { steps } = settings.parameters;
  const label = labels[settings.target ?? 0] ?? "";
  for await (const update of staged({ step: 5, ...(typeof steps === "number" && { steps }) })(settings, ...more)) {
    if (update.kind === "finished")
      yield { kind: "note", key: "verdict", title: "", level: "good", text: `The network takes it for ${label}.` };
    yield update.kind === "begun" ? { ...update, recipe: { ...update.recipe, label } } : update;
  }
};

/** What is said of the frame on screen: what it is made with, where it stood, and by the bar. */
const said = (page: Page) =>
  page.evaluate<readonly string[]>(`[
    document.querySelector("p.made").textContent.split(",")[1]?.trim(),
    document.querySelector(".place").textContent,
    document.querySelector(".bar").getAttribute("aria-valuenow") + " of " + document.querySelector(".bar").getAttribute("aria-valuemax"),
    document.querySelector(".bar > div").style.width,
  ]`);
const isSaid = (page: Page, ...words: readonly string[]) =>
  until(words.join("; "), async () => (await said(page)).join() === words.join());

describe("an earlier frame on the Dream panel's page", function () {
  this.timeout(60_000);
  const { views } = aroundDream();

  it("has its own recipe, steps and verdict, whatever was chosen after it", async () => {
    const settings = { technique: "class-visualization", target: 281 };
    const page = await views().open({ scenario: { photo: "none", begins: true, settings, start: told } });
    const verdict = (label: string) => page.getByText(`The network takes it for ${label}.`);
    await phase(page, "finished");
    await verdict("tabby").waitFor();
    await page.locator(".frame").nth(0).click();
    await verdict("tabby").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Back to the newest" }).click();
    await verdict("tabby").waitFor();

    const { run } = views().host;
    run.change({ ...run.settings, target: 1, parameters: { steps: 3 } });
    run.resume(run.film.all[1]!.id);
    await verdict("goldfish").waitFor();
    await isSaid(page, "goldfish", "Try 2 of at most 2 · attack step 3 of 3", "6 of 6", "100%");
    await page.locator(".frame").nth(8).click();
    await isSaid(page, "tabby", "Try 2 of at most 2 · attack step 4 of 5", "9 of 10", "90%");
    assert.deepEqual([await verdict("goldfish").count(), await verdict("tabby").count()], [0, 0]);
    await page.locator(".frame").nth(9).click();
    await verdict("tabby").waitFor();
    assert.equal(await verdict("goldfish").count(), 0);
    await page.locator(".frame").last().click();
    await verdict("goldfish").waitFor();
    await isSaid(page, "goldfish", "Try 2 of at most 2 · attack step 3 of 3", "6 of 6", "100%");
  });

  it("is told of as its own technique has it, whichever is chosen now", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const { run } = views().host;
    const compare = page.locator(".compare");
    await compare.waitFor();
    run.change({ ...run.settings, technique: "style-transfer" });
    await page.locator('vscode-dropdown[aria-label="Technique"][current-value="style-transfer"]').waitFor();
    assert.equal(await page.locator(".place").textContent(), "Octave 2 of 2 · step 5 of 5");
    assert.match((await page.locator(".box canvas").getAttribute("aria-label")) ?? "", /^DeepDream\. Octave 2/);
    run.resume(run.film.all[3]!.id);
    await phase(page, "finished");
    await page.locator('.frame[aria-label^="Size 2, step 5"]').waitFor();
    await page.locator('.frame[aria-label^="Octave 2, step 5"]').click();
    await until("it is said", async () => (await said(page))[1] === "Octave 2 of 2 · step 5 of 5");
    await page.locator(".rewound").waitFor();
  });

  it("is compared with the photo that it was made of, and with nothing where that was none", async () => {
    const settings = { technique: "feature-grid" };
    const page = await views().open({ scenario: { begins: true, settings, start: staged({ step: 5, sheet: sixChannels }) } }); // prettier-ignore
    await phase(page, "finished");
    const { run } = views().host;
    const chosen = (technique: string) =>
      page.locator(`vscode-dropdown[aria-label="Technique"][current-value="${technique}"]`).waitFor();
    await chosen("feature-grid");
    assert.equal(await page.locator(".compare").isVisible(), false);
    run.change({ ...run.settings, technique: "deep-dream" });
    await chosen("deep-dream");
    assert.equal(await page.locator(".compare").isVisible(), false);

    const other = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(other, "finished");
    await other.locator(".compare").waitFor();
    const dream = views().host.run;
    await views().host.handlers.usePhoto({}, new AbortController().signal);
    assert.match(dream.settings.image ?? "", /coffee\.png$/);
    await other.locator(".compare").waitFor({ state: "hidden" });
  });

  it("has a number of its own on the strip, also the result of a search", async () => {
    const parameters = { attack: "iterated", steps: 2, norm: "l2", counts: "numbers" };
    const settings = { technique: "adversarial-example", parameters };
    const page = await views().open({ scenario: { real: true, begins: true, settings } });
    await phase(page, "finished");
    const numbers = await page.locator(".frame .number").allTextContents();
    assert.equal(new Set(numbers).size, numbers.length, numbers.join(", "));
    assert.equal(numbers.at(-1), "result");
    assert.match((await page.locator(".place").textContent()) ?? "", /^Result of \d+ tries$/);
    await page.locator('.frame[aria-label^="Try 1, attack step 1: "]').click();
    await page.getByText(/^Try 1 of at most \d+ · attack step 1 of 2$/).waitFor();
    await page.locator('.frame[aria-label^="Result: "]').click();
  });

  it("is numbered by its stage, too, where a recipe is played in several, which the line below the picture says", async () => {
    const stage = { octaves: 1, steps: 3, step: 250 };
    const image = join(samplesFolder, "cat-chelsea.png");
    const model = join(samplesFolder, "squeezenet1.1.onnx");
    const first = { technique: "deep-dream", model, image, parameters: {}, seed: 1, until: { done: 3 }, leaves: "all" } as const; // prettier-ignore
    const settings = { before: [first], opened: { of: "dream.png" } };
    const page = await views().open({ scenario: { begins: true, settings, start: inStages(staged(stage)) } });
    const place = page.locator(".place");
    await place.getByText(/^Stage 1 of 2 · step \d of 3$/).waitFor();
    await page.getByText("By the recipe of dream.png, in 2 stages:").waitFor();
    await place.getByText(/^Stage 2 of 2 · step \d of 3$/).waitFor();
    await phase(page, "finished");
    const numbers = await page.locator(".frame .number").allTextContents();
    assert.deepEqual(numbers, ["1 · 1", "1 · 2", "1 · 3", "2 · 1", "2 · 2", "2 · 3"]);
    await page.locator('.frame[aria-label^="Stage 1, step 2: "]').click();
    await place.getByText("Stage 1 of 2 · step 2 of 3").waitFor();
  });

  it("has ways on whose names hold what is read on them", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    await page.locator(".frame").nth(3).click();
    await page.locator(".rewound").getByRole("button", { name: "Go on from here" }).waitFor();
    const named = await page.evaluate<readonly (readonly [string, string])[]>(
      `[...document.querySelectorAll("button[aria-label]")].map((one) => [one.innerText, one.ariaLabel])`,
    );
    const wordy = named.filter(([text]) => /\p{L}/u.test(text));
    assert.ok(wordy.length > 0);
    for (const [text, name] of wordy) assert.ok(name.includes(text.replace(/…$/, "")), `${name}: ${text}`);
  });

  it("is marked on the curve, and told with what it came to and was made with", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    assert.equal(await page.locator(".curve .marker").count(), 0);
    const { run } = views().host;
    run.change({ ...run.settings, parameters: { jitter: 7 } });
    await page.locator(".frame").nth(3).click();
    const rewound = page.locator(".rewound");
    await rewound.getByText("Objective before the step: 5.5.").waitFor();
    await rewound.getByText("Made with Jitter, pixels 32 (now 7).").waitFor();
    await page.locator(".curve .reading").getByText("Before step 4 of 10: 5.5").waitFor();
    const share = () =>
      page.evaluate<number>(`((line, plot) => (line.left + line.width / 2 - plot.left) / plot.width)(
        ...[".curve .objective .marker", ".curve .objective svg"].map((one) => document.querySelector(one).getBoundingClientRect()),
      )`);
    assert.ok(Math.abs((await share()) - 0.4) < 0.02, "the fourth of ten");
    assert.equal(await page.locator(".curve .loss .marker").count(), 2, "a line and a dot");
    const strip = await page.locator(".frame").nth(3).boundingBox();
    await page.getByRole("button", { name: "Back to the newest" }).click();
    await page.getByRole("region", { name: "Earlier frame" }).waitFor({ state: "detached" });
    await rewound.getByRole("button", { name: "Make it anew" }).waitFor();
    assert.deepEqual(await page.locator(".frame").nth(3).boundingBox(), strip, "what is clicked stays where it is");
    assert.equal(await page.locator(".curve .marker").count(), 0);
  });

  it("of a branch that was left is marked on that one's curve", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5 }) } });
    await phase(page, "finished");
    const { run } = views().host;
    run.change({ ...run.settings, seed: 50 });
    run.resume(run.film.all[3]!.id);
    await page.locator(".frame.off").first().waitFor();
    await phase(page, "finished");
    const value = page.locator(".curve .objective .value");
    await value.getByText("2.5 → 61").waitFor();
    await page.locator(".frame.off").nth(4).click();
    await page.locator(".rewound").getByText("On a branch that was left.").waitFor();
    await page.locator(".rewound").getByText("Made with Seed 0 (now 50).").waitFor();
    await value.getByText("2.5 → 10").waitFor();
    await page.locator(".curve .reading").getByText("Before step 9 of 10: 10").waitFor();
  });

  it("of a technique that has one part only is called by its step", async () => {
    const page = await views().open({ scenario: { begins: true, start: staged({ step: 5, octaves: 1 }) } });
    await phase(page, "finished");
    await page.locator('.frame[aria-label^="Step 2: "]').click();
    await until("it is said", async () => (await page.textContent(".place")) === "Step 2 of 5");
    const told = await page.locator(".rewound span").allTextContents();
    assert.deepEqual(told, ["Objective before the step: 3.5."], "where it stood is said above");
  });
});

describe("the Dream panel's page where photo or model has gone", function () {
  this.timeout(60_000);
  const { views } = aroundDream();
  const message = "cat-chelsea.png is not there.";
  const refuse = { subject: { name: "UnreadableFile", message } };
  const visible = async (page: Page, ...parts: readonly string[]) => {
    for (const part of parts) await page.locator(part).first().waitFor();
  };

  it("says so above the picture that grows, and above the one that is there", async () => {
    const page = await views().open({ scenario: { refuse, begins: true, start: staged({ step: 60, steps: 9 }) } });
    await page.getByRole("heading", { name: "This photo cannot be read" }).waitFor();
    await page.getByText(message).waitFor();
    await visible(page, ".box canvas", ".frame", ".tools");
    for (const name of ["Pause", "Stop", "Save"]) await page.getByRole("button", { name, exact: true }).waitFor();
    await phase(page, "finished");
    await visible(page, ".box canvas", ".frame", ".refusal", ".tools");
  });

  it("offers to go on where the engine crashed meanwhile", async () => {
    const start = staged({ step: 5, failsAt: 4 });
    const page = await views().open({ scenario: { refuse, begins: true, start } });
    await page.getByText(message).waitFor();
    await page.locator(".card").getByRole("button", { name: "Continue" }).click();
    await phase(page, "finished");
  });
});
