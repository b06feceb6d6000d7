import assert from "node:assert/strict";
import { codecs } from "../../src/engine/images/codecs.ts";
import { glimpse, preview } from "../../src/engine/images/preview.ts";

describe("a photo for the screen", () => {
  for (const [photo, shown] of [
    [[451, 300], "451 × 300"],
    [[2560, 1920], "1280 × 960"],
    // A mere line of pixels stays as thick as it is, or as can be seen, as long as that is not endless.
    [[4000, 40], "4000 × 40"],
    [[40, 4000], "40 × 4000"],
    [[4000, 400], "1600 × 160"],
    [[20000, 200], "5120 × 51"],
  ] as const)
    it(`of ${photo.join(" × ")} pixels is shown with ${shown}, as PNG and as JPEG`, async () => {
      const [width, height] = photo;
      const picture = { width, height, pixels: new Uint8Array(width * height * 3) };
      const [exact, first] = [await preview(picture, 1280), await glimpse(picture, 1280)];
      assert.equal(exact.pixels, first.pixels);
      for (const [file, said] of [
        [exact.png, exact],
        [first.jpeg, first],
      ] as const) {
        const size = await (await codecs())(file).metadata();
        assert.equal(`${size.width} × ${size.height}`, shown);
        assert.deepEqual([size.width, size.height], [said.width, said.height]);
      }
    });
});
