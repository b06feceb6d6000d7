import assert from "node:assert/strict";
import { whenWords } from "../../src/cli/technique-flags.ts";
import {
  choice,
  choiceOrNumber,
  complete,
  InvalidParameter,
  number,
  photo,
  toggle,
} from "../../src/shared/parameters.ts";
import { isRelevant, needsOf, withoutClass } from "../../src/shared/relevance.ts";

const schema = {
  from: choice({
    label: "From",
    default: "score",
    options: { score: "The score", map: "A map", unit: "One unit" },
    needs: { score: "class", map: "layer", unit: "layer" },
  }),
  noisy: toggle({ label: "Noise", default: false, when: { parameter: "from", is: ["unit"] } }),
  seed: number({ label: "Seed", default: 0, min: 0, max: 9, when: { parameter: "noisy", is: [true] } }),
};

describe("which parameters have a say", () => {
  it("follows from the other parameter's value, its default where none is given", () => {
    assert.equal(isRelevant(schema, {}, "from"), true);
    assert.equal(isRelevant(schema, {}, "noisy"), false);
    assert.equal(isRelevant(schema, { from: "unit" }, "noisy"), true);
    assert.equal(isRelevant(schema, { from: "map" }, "noisy"), false);
  });

  it("takes a say from what depends on one without", () => {
    assert.equal(isRelevant(schema, { from: "unit", noisy: true }, "seed"), true);
    assert.equal(isRelevant(schema, { from: "map", noisy: true }, "seed"), false);
    assert.equal(isRelevant(schema, { from: "unit", noisy: "true" }, "seed"), false, "a word is no truth");
  });
});

describe("conditions of parameters", () => {
  const pictures = number({ label: "Pictures", default: 1, min: 1, max: 9 });
  const method = choice({ label: "Made by", default: "waves", options: { waves: "Waves", pixels: "Pixels" } });
  const beside = photo({ label: "Beside", default: "" });
  const any = { label: "Of it", default: false };
  const schema = {
    pictures,
    method,
    beside,
    diverse: toggle({ ...any, when: { parameter: "pictures", above: 1 } }),
    compared: toggle({ ...any, when: { parameter: "beside", chosen: true } }),
    common: toggle({
      ...any,
      when: [
        { parameter: "pictures", above: 1 },
        { parameter: "method", is: ["waves"] },
      ],
    }),
  };

  it("are that a number is above another, or that a file is chosen", () => {
    assert.equal(isRelevant(schema, {}, "diverse"), false);
    assert.equal(isRelevant(schema, { pictures: 1 }, "diverse"), false);
    assert.equal(isRelevant(schema, { pictures: 2 }, "diverse"), true);
    assert.equal(isRelevant(schema, {}, "compared"), false);
    assert.equal(isRelevant(schema, { beside: "" }, "compared"), false);
    assert.equal(isRelevant(schema, { beside: "/a.png" }, "compared"), true);
  });

  it("hold together where there are several", () => {
    assert.equal(isRelevant(schema, { method: "waves" }, "common"), false);
    assert.equal(isRelevant(schema, { pictures: 2 }, "common"), true);
    assert.equal(isRelevant(schema, { pictures: 2, method: "pixels" }, "common"), false);
  });

  it("are told as flags", () => {
    assert.equal(whenWords(schema.pictures), "");
    assert.equal(whenWords(schema.diverse), "--pictures above 1");
    assert.equal(whenWords(schema.compared), "--beside");
    assert.equal(whenWords(schema.common), "--pictures above 1 and --method waves");
  });
});

describe("what a technique looks at", () => {
  it("is what it declares, and of what options declare only the chosen one's", () => {
    const declared = { needs: ["layer"], parameters: schema } as const;
    assert.deepEqual(needsOf(declared, {}), ["class"]);
    assert.deepEqual(needsOf(declared, { from: "unit" }), ["layer"]);
    assert.deepEqual(needsOf({ needs: ["class", "layer"], parameters: {} }, {}), ["class", "layer"]);
  });

  it("is several things where an option declares several", () => {
    const { of } = {
      of: choice({
        label: "Of",
        default: "unit",
        options: { layer: "A layer", channel: "A channel", unit: "A unit" },
        needs: { channel: "channel", unit: ["channel", "place"] },
      }),
    };
    const declared = { needs: ["layer", "channel", "place"], parameters: { of } } as const;
    assert.deepEqual(needsOf(declared, {}), ["layer", "channel", "place"]);
    assert.deepEqual(needsOf(declared, { of: "channel" }), ["layer", "channel"]);
    assert.deepEqual(needsOf(declared, { of: "layer" }), ["layer"]);
  });

  it("is no class where there is none: options that need one are not offered, nor taken by default", () => {
    const offered = withoutClass(schema);
    assert.deepEqual(offered["from"]?.kind === "choice" && Object.keys(offered["from"].options), ["map", "unit"]);
    assert.equal(complete(offered, {})["from"], "map");
    assert.throws(() => complete(offered, { from: "score" }), InvalidParameter);
    assert.deepEqual(needsOf({ needs: ["layer"], parameters: offered }, {}), ["layer"]);
    assert.equal(offered["seed"], schema.seed);
  });
});

describe("a choice or a number", () => {
  const steps = choiceOrNumber({ label: "Steps", default: "all", options: { all: "All" }, min: 1, max: 9, step: 1 });

  it("takes whole numbers only where its step is whole", () => {
    assert.equal(complete({ steps }, { steps: 3 }).steps, 3);
    assert.equal(complete({ steps }, {}).steps, "all");
    assert.throws(() => complete({ steps }, { steps: 2.5 }), /one of all, or a whole number from 1 to 9, got 2\.5/);
    const { step: _none, ...any } = steps;
    assert.equal(complete({ steps: any }, { steps: 2.5 }).steps, 2.5);
  });
});
