import assert from "node:assert/strict";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { shownBy } from "../../src/host/dream-asked.ts";
import type { StageSettings } from "../../src/shared/dream-panel.ts";

describe("What a Dream panel is of", () => {
  const cards = synthesisCards();
  const chosen = { model: "/m.onnx", image: "/photos/cat.png", layer: "fire5/concat" };
  const { model, image, layer } = chosen;
  const shown = (technique: string, more: Partial<StageSettings> = {}) =>
    shownBy(
      { technique, ...chosen, parameters: {}, seed: 0, ...more },
      cards.find(({ id }) => id === technique),
    );

  it("is the photo and the layer that it looks at, and not what another technique has left there", () => {
    assert.deepEqual(shown("inversion"), chosen);
    assert.deepEqual(shown("feature-grid"), { model, layer });
    assert.deepEqual(shown("texture-synthesis"), { model, image });
    assert.deepEqual(shown("class-visualization"), { model });
  });

  it("is not the layer in whose place others are chosen", () => {
    const layers = [{ name: "fire2/concat", weight: 1 }];
    assert.deepEqual(shown("deep-dream"), chosen);
    assert.deepEqual(shown("deep-dream", { layers }), { model, image });
  });

  it("is the layer that the technique found by itself, where none was chosen", () => {
    const card = cards.find(({ id }) => id === "deep-dream");
    const unchosen = { technique: "deep-dream", model, image, parameters: {}, seed: 0 };
    assert.deepEqual(shownBy(unchosen, card, "fire6/concat"), { model, image, layer: "fire6/concat" });
    assert.deepEqual(shownBy({ ...unchosen, layer }, card, "fire6/concat"), chosen);
    const layers = [{ name: "fire2/concat", weight: 1 }];
    assert.deepEqual(shownBy({ ...unchosen, layers }, card, "fire6/concat"), { model, image });
  });

  it("is its network alone as long as nobody knows the technique", () => {
    assert.deepEqual(shownBy({ technique: "unheard-of", ...chosen, parameters: {}, seed: 0 }, undefined), { model });
  });
});
