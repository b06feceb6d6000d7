import assert from "node:assert/strict";
import { recipeOf } from "../../src/host/dream-film.ts";
import { showSaved } from "../../src/host/dream-opened.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import { keptWords } from "../../src/shared/dream-kept.ts";
import { Session, type Host } from "../../webview/dream/session.ts";
import { beginWord, frameNumber, framePlace, placeText } from "../../webview/dream/words.ts";
import { staged } from "../ui/harness/dream-staged.ts";
import { ended, frames, recipe, settings, updates } from "./support/dream-runs.ts";

const picture = { width: 2, height: 2, pixels: new Uint8Array(12).fill(7) };
const saved = { picture, recipe };
/** What a page that comes now knows. */
const pageOf = async (run: DreamRun) => {
  const session = new Session({ frame: () => new Promise(() => {}) } as unknown as Host); // no more is asked of it
  session.take((await updates(run, 1))[0]!);
  return session;
};

describe("a picture that is opened from its file", () => {
  it("is on the stage as it was saved, and is made anew by who begins", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    showSaved(run, saved);
    assert.deepEqual([run.phase, run.newest?.frame.picture], ["finished", picture]);
    assert.deepEqual(recipeOf(run.newest!), recipe, "it can be saved again");
    const page = await pageOf(run);
    assert.deepEqual([page.shown?.drawn, page.recipe, page.curve], [picture, recipe, []]);
    assert.deepEqual([page.isResumable, beginWord(page)], [false, "Start"], "nothing goes on from it");
    assert.equal(placeText(page.progress!), "The saved picture");
    const [frame] = page.strip;
    assert.deepEqual([frameNumber(frame!, page.part), framePlace(frame!, page.part)], ["saved", "Saved picture"]);
    assert.equal(keptWords(page.strip), "the saved picture");
    run.begin();
    await ended(run, "finished");
    assert.equal(run.film.all.filter(({ isSaved }) => isSaved).length, 0, "on a strip of its own");
    assert.equal(beginWord(await pageOf(run)), "Start again");
  });

  it("takes the place of a picture that grows, whose frames stay on the strip", async () => {
    const run = new DreamRun(settings, staged({ step: 5 }));
    run.begin();
    await frames(run, 2);
    run.stop();
    const id = showSaved(run, saved);
    const count = run.film.all.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual(
      [run.phase, run.newest?.id, run.film.all.length],
      ["finished", id, count],
      "nothing comes after it",
    );
    const page = await pageOf(run);
    assert.ok(page.strip.length > 2);
    assert.equal(beginWord(page), "Start again");
    void page.choose(page.strip[1]!.id);
    assert.match(placeText(page.progress!), /^Octave 1 of 2 · step 2 of/);
    run.resume(page.chosen);
    await ended(run, "finished");
    assert.ok(run.film.get(id), "it can be looked back at");
    page.take((await updates(run, 1))[0]!);
    void page.choose(id);
    assert.equal(placeText(page.progress!), "The saved picture");
    run.resume(id);
    const said = (await updates(run, 1))[0]!.notes.map(({ text }) => text).join(" ");
    assert.match(said, /This is a picture from a file, which holds nothing to go on from: going on starts anew\./);
    run.dispose();
  });

  it("is there again in another window", () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    showSaved(run, saved);
    const left = structuredClone(run.left);
    const again = new DreamRun(settings, staged({ step: 1 }));
    again.restore(left);
    assert.deepEqual([again.phase, again.newest?.isSaved, again.newest?.frame.picture], ["finished", true, picture]);
    assert.deepEqual(again.recipe, recipe);
  });
});
