import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Builder } from "../../src/engine/graph/builder.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import { openBothWays } from "../../src/engine/synthesis/parameterizations/both-ways.ts";
import { photoPrior } from "../../src/engine/synthesis/photo-prior.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { random } from "./support/random.ts";

describe("programs that belong together", () => {
  const { open } = Session;
  let opened = 0;
  let released = 0;

  /** As if there were no memory for the n-th program. */
  function refuse(nth: number): void {
    [opened, released] = [0, 0];
    Session.open = async (...wanted) => {
      if (++opened === nth) throw new Error("out of memory");
      const session = await open.apply(Session, wanted);
      const release = session.release.bind(session);
      session.release = () => {
        released++;
        return release();
      };
      return session;
    };
  }
  afterEach(() => (Session.open = open));

  it("are both there, or neither", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [2] });
    const wanted = [g.graph, g.mul(x, 2), g.add(x, 1), { threads: 1 }] as const;
    refuse(2);
    await assert.rejects(openBothWays(...wanted), /out of memory/);
    assert.deepEqual([opened, released], [2, 1]);
    refuse(3);
    await (await openBothWays(...wanted)).release();
    assert.deepEqual([opened, released], [2, 2]);
  });

  it("of a picture like the photos of a folder are released where their patches' cannot be opened", async () => {
    const place = folder();
    for (const name of ["a.png", "b.png"]) writeFileSync(join(place, name), "");
    let read = 0;
    const run = {
      model: { inputSize: { height: 16, width: 16 } },
      read: () => Promise.resolve(undefined),
      view: () =>
        float32(
          [1, 3, 16, 16],
          random(++read, 3 * 16 * 16).map((x) => 128 + 50 * x),
        ),
      seed: 1,
      threads: 1,
      signal: new AbortController().signal,
    } as unknown as Parameters<typeof photoPrior>[0]; // as far as it is looked at
    const prior = photoPrior(run, { folder: place, photos: 5, "prior-weight": 1, "patch-weight": 1 });
    refuse(3);
    await assert.rejects(async () => {
      while (!(await prior.next()).done);
    }, /out of memory/);
    assert.deepEqual([opened, released], [3, 2]);
  });
});
