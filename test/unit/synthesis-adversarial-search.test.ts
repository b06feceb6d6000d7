import assert from "node:assert/strict";
import { join } from "node:path";
import { rootMeanSquare } from "../../src/engine/synthesis/parameterizations/ball.ts";
import { Smallest } from "../../src/engine/synthesis/smallest.ts";
import type { Given } from "../../src/shared/parameters.ts";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { samplesFolder } from "./support/engine.ts";
import { wholeText } from "../../src/shared/updates.ts";
import { made } from "./support/making.ts";

const [cock, goldfish, mug] = [7, 1, 504];

describe("the smallest of growing numbers", () => {
  const found = (search: Smallest, works: (x: number) => boolean) => {
    const tried: number[] = [];
    for (let next = search.next; next !== undefined; next = search.next) {
      tried.push(next);
      search.tell(works(next));
    }
    assert.ok(tried.length <= search.tries, `${tried.join(", ")}: more than ${search.tries}`);
    return { tried, found: search.found };
  };
  const wholes = Array.from({ length: 64 }, (_, i) => i + 1);

  it("that works is found in no more tries than it says, wherever it lies", () => {
    let most = 0;
    for (let least = 0; least <= 65; least++) {
      const { tried, found: one } = found(new Smallest(wholes, "doubling"), (x) => x >= least);
      assert.equal(
        one,
        wholes.find((x) => x >= least),
      );
      most = Math.max(most, tried.length);
    }
    assert.equal(new Smallest(wholes, "doubling").tries, most);
    assert.deepEqual(
      found(new Smallest([3], "doubling"), () => true),
      { tried: [3], found: 3 },
    );
    assert.deepEqual(
      found(new Smallest([3], "doubling"), () => false),
      { tried: [3], found: undefined },
    );
    const odd = new Smallest([1, 1.5, 5, 6, 7], "doubling");
    assert.deepEqual(found(odd, () => false).tried, [1, 5, 7]);
  });

  it("is found also where larger ones fail again", () => {
    const { tried, found: one } = found(new Smallest(wholes, "doubling"), (x) => x >= 7 && x <= 12);
    assert.deepEqual(tried, [1, 2, 4, 8, 6, 7]);
    assert.equal(one, 7);
    const each = found(new Smallest(wholes, "each"), (x) => x === 3 || x > 60);
    assert.deepEqual(each, { tried: [1, 2, 3], found: 3 });
    assert.equal(new Smallest(wholes, "each").tries, 64);
  });
});

describe("the smallest ε that does it", function () {
  this.timeout(120_000);
  const attacked = (
    image: string,
    parameters: Given,
    target?: number,
    more?: Pick<SynthesisRequest, "checkpoints" | "from">,
  ) =>
    made({
      ...more,
      technique: "adversarial-example",
      model: join(samplesFolder, "squeezenet1.1.onnx"),
      image: join(samplesFolder, image),
      parameters: { ...parameters, ...(target !== undefined && { towards: "class" }) },
      ...(target !== undefined && { target }),
    });
  const verdictOf = ({ notes }: Awaited<ReturnType<typeof made>>) => wholeText(notes.at(-1)!);

  it("is found where larger ones fail: in one step, and in few", async () => {
    const fgsm = await attacked("coffee.png", { attack: "fgsm" }, mug);
    assert.match(
      fgsm.notes.find(({ key }) => key === "search")?.text ?? "",
      /searched for from below, one after the other\. Try 1 of at most 64: is 1 of 255 enough\? The attack takes 1 step /,
    );
    assert.match(
      verdictOf(fgsm),
      /takes this for coffee mug .* ε is 2 of 255; it survives .* This ε is the smallest whole number that was found\. /,
    );
    const oneHigher = verdictOf(await attacked("coffee.png", { attack: "fgsm", epsilon: 16 }, mug));
    assert.match(oneHigher, /not coffee mug .*: this change is not enough\.$/);
    const few = verdictOf(await attacked("cat-chelsea.png", { steps: 3 }, cock));
    assert.match(few, /takes this for cock .* ε is 1 of 255; /);
  });

  it("is looked for from what may be asked for, and is told with how exact it is", async () => {
    const largest = await attacked("rocket.jpg", { counts: "numbers", steps: 5 });
    const [, epsilon] =
      /ε is (0\.0[23]\d*) of 255; .* This ε is the smallest found, to 9 %\./.exec(verdictOf(largest)) ?? [];
    const photo = largest.finished.beside!.find(({ key }) => key === "photo")!.picture;
    const pixels = (floats: Float32Array) => {
      const plane = floats.length / 3;
      return floats.map((_, i) => floats[(i % 3) * plane + Math.floor(i / 3)]!);
    };
    const change = pixels(largest.floats.data).reduce(
      (most, x, i) => Math.max(most, Math.abs(x - photo.pixels[i]!)),
      0,
    );
    assert.ok(Math.abs(change - Number(epsilon)) < 1e-4, `${change} is not ${epsilon}`);
    const file = await attacked("rocket.jpg", { norm: "l2", attack: "iterated", steps: 2 });
    const [, own, bound] =
      /After rounding, ε is (0\.\d+) of 255 \(root mean square\); .* Before rounding it was at most (0\.\d+), the smallest found, to 9 %\. .*\(root mean square \1; /.exec(
        verdictOf(file),
      ) ?? [];
    const root = rootMeanSquare(Float32Array.from(file.finished.picture.pixels), Float32Array.from(photo.pixels));
    assert.equal(Number(root.toPrecision(3)), Number(own), "the file's own, not the bound that was searched for");
    assert.ok(root < Number(bound), `${root}: ${verdictOf(file)}`);
    const asked = await attacked("rocket.jpg", { norm: "l2", epsilon: 1.5, steps: 5 });
    assert.match(verdictOf(asked), /ε is (1\.[0-4]\d) of 255 .* Before rounding it was at most 1\.5\. /);
    assert.doesNotMatch(verdictOf(await attacked("rocket.jpg", { epsilon: 1 })), /smallest/);
  });

  it("where none was enough, is said not to be known, and what came nearest is kept, also over a pause", async () => {
    const plan = { steps: 1 };
    const none = await attacked("cat-chelsea.png", plan, cock, { checkpoints: true });
    assert.match(
      verdictOf(none),
      /not cock \(.*\): none of the 7 ε that were tried \(1 to 64 of 255\) was enough; another may be\. This is what came nearest\. No number changed by more than \d+\.\d* of 255/,
    );
    assert.equal(none.notes.at(-1)?.level, "warning");
    const search = none.notes.findLast(({ key }) => key === "search")?.text;
    assert.equal(search, "The search took 7 tries of 1 step each.", "the verdict says the rest");
    const fixed = [];
    for (const epsilon of [1, 2, 4, 8, 16, 32, 64]) {
      const { finished } = await attacked("cat-chelsea.png", { ...plan, epsilon }, cock);
      fixed.push({ picture: finished.picture, worth: finished.objective[1] });
    }
    const nearest = fixed.reduce((best, one) => (one.worth > best.worth ? one : best));
    assert.notEqual(nearest, fixed.at(-1), "the last that is tried would be kept anyway");
    assert.deepEqual(none.finished.picture, nearest.picture);
    assert.equal(none.finished.objective[1], nearest.worth);
    for (const at of [1, 3, -1]) {
      const { checkpoint } = none.frames.at(at)!;
      const rest = await attacked("cat-chelsea.png", plan, cock, { from: checkpoint! });
      assert.deepEqual(rest.finished.picture, none.finished.picture);
      assert.equal(verdictOf(rest), verdictOf(none));
    }
  });

  it("is told to have taken the steps that it took", async () => {
    const { finished, frames } = await attacked("coffee.png", { attack: "iterated", steps: 2 }, goldfish);
    const tries = Math.max(...frames.map(({ octave }) => octave));
    assert.ok(tries < frames[0]!.octaves);
    assert.equal(finished.steps, 2 * tries);
    assert.deepEqual([frames.at(-1)?.done, frames.at(-1)?.total], [2 * tries, 2 * tries]);
    assert.ok(frames.slice(0, -1).every(({ done, total, octaves }) => done < total && total === 2 * octaves));
  });
});

describe("an adversarial example saved as JPEG", function () {
  this.timeout(60_000);
  const verdictOn = async (image: string, parameters: Given) => {
    const { notes } = await made({
      technique: "adversarial-example",
      model: join(samplesFolder, "squeezenet1.1.onnx"),
      image: join(samplesFolder, image),
      parameters: { attack: "iterated", steps: 4, ...parameters },
    });
    return notes.at(-1)!;
  };

  it("is not credited with what JPEG does to the photo", async () => {
    const rocket = await verdictOn("rocket.jpg", { epsilon: 1 });
    assert.match(rocket.text, /ε is 1 of 255; it survives 8 bits, not JPEG\.$/);
    assert.match(
      rocket.more ?? "",
      /Saved as JPEG of quality 90 it still works: missile \(.*\); but for the photo JPEG alone is enough: missile \(.*\)\.$/,
    );
    const cat = await verdictOn("cat-chelsea.png", { epsilon: 8 });
    assert.match(cat.text, /ε is 8 of 255; it survives 8 bits and JPEG\.$/);
    assert.match(cat.more ?? "", /Saved as JPEG of quality 90 it still works: [^;]*\.$/);
  });

  it("is not asked about where 8 bits leave nothing of it", async () => {
    const said = await verdictOn("rocket.jpg", { epsilon: 0.1, counts: "numbers" });
    assert.match(said.text, /takes this for missile .* ε is 0\.1 of 255; in 8 bits nothing of it is left\.$/);
    assert.match(said.more ?? "", / Rounded to 8 bits nothing of it is left\.$/);
  });
});
