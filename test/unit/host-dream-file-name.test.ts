import assert from "node:assert/strict";
import { fileNameOf } from "../../src/host/dream-file-name.ts";

describe("what a dream's files are called", () => {
  const cat = "/photos/cat.png";

  it("is of which photo, by what, and where in the network", () => {
    const inversion = { technique: "inversion", parameters: {}, image: cat };
    assert.equal(fileNameOf(inversion), "cat inversion");
    assert.equal(fileNameOf({ ...inversion, image: "cat.png", layer: "stage5/block3" }), "cat inversion stage5-block3");
    assert.equal(
      fileNameOf({ technique: "deep-dream", parameters: {}, layer: "a", channel: 3, image: cat }),
      "cat deep-dream a 3",
    );
    assert.equal(
      fileNameOf({ technique: "class-visualization", parameters: {}, target: 282 }),
      "class-visualization 282",
    );
  });

  it("is in whose style, and from which photo", () => {
    const styled = { technique: "style-transfer", image: cat, layer: "b" };
    const nameOf = (style: string) => fileNameOf({ ...styled, parameters: { style } });
    assert.equal(nameOf("/art/coffee.png"), "cat style-transfer coffee b");
    assert.notEqual(nameOf("/art/coffee.png"), nameOf("/art/sea.png"));
    const fooling = { technique: "fooling-image", target: 967 };
    assert.equal(fileNameOf({ ...fooling, parameters: { photo: cat } }), "cat fooling-image 967");
    assert.equal(fileNameOf({ ...fooling, parameters: { photo: "" } }), "fooling-image 967");
  });
});
