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

  it("says whose recipe it plays, whatever that makes", () => {
    const opened = { of: "deep-dream cat.png" };
    const dream = { technique: "deep-dream", image: "/photos/cat.png", layer };
    assert.equal(titled({ ...dream, opened }).title, "Recipe: deep-dream cat.png");
    assert.notEqual(titled({ ...dream, opened }).title, titled(dream).title);
    const ofClass = titled({ technique: "class-visualization", target: 1, opened });
    assert.deepEqual(ofClass, { title: "Recipe: deep-dream cat.png", needsLabels: false });
  });

  it("says in whose style, and what a fooling image starts from", () => {
    const image = "/photos/cat.png";
    const styled = { technique: "style-transfer", image, layer, parameters: { style: "/art/coffee.png" } };
    assert.equal(titled(styled).title, "Style transfer: cat.png in the style of coffee.png");
    assert.equal(titled({ ...styled, parameters: { style: "" } }).title, "Style transfer: cat.png");
    const fooling = { technique: "fooling-image", target: 1, parameters: { photo: image } };
    assert.equal(titled(fooling, ["cat", "dog"]).title, "Fooling image: dog from cat.png");
  });

  it("shortens the long name of a photo in its middle, and keeps its ending", () => {
    const image = `/photos/${"x".repeat(120)}.png`;
    const { title } = titled({ technique: "deep-dream", image, layer });
    assert.match(title, /^DeepDream: x+…x+\.png$/);
    assert.ok(title.length <= "DeepDream: ".length + 40, title);
    const { title: styled } = titled({ technique: "style-transfer", image, parameters: { style: image } });
    assert.ok(styled.length < 120, styled);
  });

  it("says of which layer and channel, as far as the technique looks at them", () => {
    assert.equal(titled({ technique: "feature-grid", layer }).title, `Feature grid: ${layer}`);
    assert.equal(titled({ technique: "feature-grid", layer, channel: 7 }).title, `Feature grid: ${layer}`);
    const neuron = { technique: "neuron-visualization", layer, channel: 12 };
    assert.equal(titled(neuron).title, `Neuron: ${layer} 12`);
    assert.equal(titled({ ...neuron, parameters: { of: "layer" } }).title, `Neuron: ${layer}`);
    assert.equal(titled({ technique: "activation-atlas" }).title, "Activation atlas", "none is chosen");
    const atlas = { technique: "activation-atlas", parameters: { folder: "/home/photos" } };
    assert.equal(titled(atlas).title, "Activation atlas: photos");
    assert.equal(titled({ ...atlas, layer }).title, `Activation atlas: photos at ${layer}`);
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
