import assert from "node:assert/strict";
import { looked, staged, until } from "./support/staged-session.ts";

describe("an Explain view that is asked from elsewhere to look at a layer", () => {
  it("shows Grad-CAM there, whatever it showed before", async () => {
    const layer = looked().card.layers.find(({ spatial }) => spatial)!.name; // the staged network has maps
    let tell = (): void => undefined;
    const { session, asked } = staged(
      {
        async *changed() {
          await new Promise<void>((resolve) => (tell = resolve));
          yield { why: "Looking there now.", layer };
        },
      },
      { technique: "saliency" },
    );
    await session.start();
    await session.queue.idle();
    assert.equal(session.remembered.technique, "saliency");
    tell();
    await until(() => session.remembered.technique === "grad-cam");
    await session.queue.idle();
    assert.equal(session.remembered.layer, layer);
    const runs = asked.flatMap(({ call, params }) =>
      call === "run" ? [params as { technique: string; layer?: string }] : [],
    );
    assert.equal(runs.findLast(({ technique }) => technique === "grad-cam")?.layer, layer);
  });
});
