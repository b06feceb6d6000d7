import assert from "node:assert/strict";
import { choice, choiceOrNumber, complete, InvalidParameter, number, toggle } from "../../src/shared/parameters.ts";
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
