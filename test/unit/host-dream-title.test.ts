import assert from "node:assert/strict";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { namesClass, titleOf } from "../../src/host/dream-title.ts";
import type { DreamSettings } from "../../src/shared/dream-panel.ts";

describe("A Dream panel's tab", () => {
  const cards = synthesisCards();
  const layer = "fire5/concat";
  const titled = (settings: Partial<DreamSettings> & { readonly technique: string }, labels?: readonly string[]) => {
    const whole = { model: "/m.onnx", parameters: {}, seed: 0, ...settings };
    const card = cards.find(({ id }) => id === settings.technique);
    return { title: titleOf(whole, card, labels), needsLabels: namesClass(whole, card) };
  };

  it("says of which photo", () => {
    const image = "/photos/cat.png";
    assert.equal(titled({ technique: "deep-dream", image, layer }).title, "DeepDream: cat.png");
    assert.equal(titled({ technique: "adversarial-example", image, target: 1 }).title, "Adversarial example: cat.png");
  });

  it("says of which layer and channel, as far as the technique looks at them", () => {
    assert.equal(titled({ technique: "feature-grid", layer }).title, `Feature grid: ${layer}`);
    assert.equal(titled({ technique: "feature-grid", layer, channel: 7 }).title, `Feature grid: ${layer}`);
    const neuron = { technique: "neuron-visualization", layer, channel: 12 };
    assert.equal(titled(neuron).title, `Neuron: ${layer} 12`);
    assert.equal(titled({ ...neuron, parameters: { of: "layer" } }).title, `Neuron: ${layer}`);
    assert.equal(titled({ technique: "activation-atlas" }).title, "Activation atlas", "none is chosen");
  });

  it("says which class, by its label or else its number", () => {
    const settings = { technique: "class-visualization", target: 1, layer, image: "/left-over.png" };
    assert.deepEqual(titled(settings, ["cat", "dog"]), { title: "Class: dog", needsLabels: true });
    assert.equal(titled(settings).title, "Class: 1");
    assert.equal(titled({ ...settings, technique: "fooling-image" }, ["cat", "dog"]).title, "Fooling image: dog");
    assert.equal(titled({ technique: "feature-grid", layer, target: 1 }).needsLabels, false);
  });

  it("spells out what cannot be seen in a name, and shortens a long one", () => {
    const { title } = titled({ technique: "feature-grid", layer: `\u202E${"x".repeat(500)}` });
    assert.match(title, /^Feature grid: \\u\{202e\}x+…x+$/);
    assert.ok(title.length < 70);
  });
});
