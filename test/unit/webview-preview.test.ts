import assert from "node:assert/strict";
import { endless, heatmap, looked, staged, until } from "./support/staged-session.ts";

/** A panel whose host answers of whichever photo was named last, once it is let. */
function preview() {
  const photo = { name: "cat.png" };
  let release = (): void => undefined;
  let held: Promise<void> = Promise.resolve();
  const stage = staged({
    subject: async () => {
      const { name } = photo;
      await held;
      return { ...looked(), photoName: name };
    },
    async *run({ technique }) {
      await held;
      yield heatmap(`${technique} of ${photo.name}`);
    },
  });
  const next = (name: string) => {
    held = new Promise((resolve) => (release = resolve));
    photo.name = name;
    stage.stand({ image: `/photos/${name}` });
  };
  return { ...stage, next, release: () => release() };
}

describe("a preview of explanations", () => {
  it("shows the next photo as if in a panel of its own, but for how maps are looked at", async () => {
    const { session, next, release } = preview();
    await session.start();
    await session.queue.idle();
    session.remember({ view: "overlay", viewport: { zoom: 2, x: 0.1, y: 0.1 } });
    session.say("Copied the numbers.", "warning");
    next("dog.png");
    await until(() => session.arriving);
    for (const { id } of session.techniques) assert.equal(session.resultOf(id).pictures.length, 0);
    assert.deepEqual([session.looked, session.trust, session.notice], [undefined, undefined, undefined]);
    release();
    await session.queue.idle();
    assert.equal(session.looked?.photoName, "dog.png");
    const { view, viewport } = session.remembered;
    assert.deepEqual([view, viewport.zoom], ["overlay", 1]);
    for (const { id } of session.techniques)
      assert.deepEqual(
        session.resultOf(id).pictures.map(({ title }) => title),
        [`${id} of dog.png`],
      );
  });

  it("is not drawn before photo and map are both there", async () => {
    const { session, next, release } = preview();
    await session.start();
    await session.queue.idle();
    const drawn: unknown[] = [];
    Object.assign(session, {
      changed: () => {
        if (!session.arriving) drawn.push([session.looked?.photoName, session.resultOf("grad-cam").pictures.length]);
      },
    });
    next("dog.png");
    await until(() => session.arriving);
    release();
    await until(() => drawn.length > 0);
    assert.deepEqual(drawn[0], ["dog.png", 1]);
    session.cancel();
  });

  it("is drawn in parts where the answer takes long, and at once where it is a refusal", async () => {
    const { session, next, release } = preview();
    await session.start();
    await session.queue.idle();
    next("dog.png");
    await until(() => session.arriving);
    await until(() => !session.arriving);
    assert.equal(session.standing.kind, "loading");
    release();
    await until(() => session.looked?.photoName === "dog.png");
    session.cancel();

    const refusing = staged({ subject: () => Promise.reject(new Error("no picture")), run: endless });
    await refusing.session.start();
    refusing.stand({ image: "/photos/broken.png" });
    await until(() => refusing.session.panel.image === "/photos/broken.png" && !refusing.session.arriving);
    assert.equal(refusing.session.standing.kind, "refused");
    refusing.session.cancel();
  });

  it("that was hidden when the next photo came asks once, and of that one", async () => {
    const { session, asked, ran } = staged({}, { viewport: { zoom: 2, x: 0, y: 0 }, view: "overlay" });
    session.panel = { image: "/photos/before.png" };
    await session.start();
    await session.queue.idle();
    assert.equal(session.panel.image, "/photos/cat.png");
    assert.equal(asked.filter(({ call }) => call === "subject").length, 1);
    assert.deepEqual(ran().sort(), session.techniques.map(({ id }) => id).sort());
    const { view, viewport } = session.remembered;
    assert.deepEqual([view, viewport.zoom], ["overlay", 1]);
  });

  it("that was hidden with a class chosen asks anew of the next photo", async () => {
    const { session, asked } = staged({}, { target: 1 });
    session.panel = { image: "/photos/before.png" };
    await session.start();
    await session.queue.idle();
    assert.equal(session.remembered.target, undefined);
    const last = asked.filter(({ call }) => call === "run").slice(-session.techniques.length);
    assert.ok(last.every(({ params }) => !("target" in Object(params))));
  });

  const choices: Readonly<Record<string, (session: ReturnType<typeof preview>["session"]) => void>> = {
    "a technique": (session) => session.show("saliency"),
    "a class": (session) => session.explain(1),
    "a second class": (session) => session.compare(1),
    "a layer": (session) => session.useLayer("stem"),
    "a parameter": (session) => session.setParameters("saliency", { mode: "b" }),
  };
  for (const [what, choose] of Object.entries(choices))
    it(`is kept when ${what} is chosen in it`, async () => {
      const { session } = preview();
      await session.start();
      await until(() => session.panel.preview === true);
      choose(session);
      await until(() => session.panel.preview === false);
      session.cancel();
    });

  it("is not kept by looking: zoom, arrangement, opacity, Cancel", async () => {
    const { session } = preview();
    await session.start();
    session.remember({ view: "overlay", viewport: { zoom: 2, x: 0, y: 0 }, opacity: { "grad-cam": 0.4 } });
    session.cancel();
    await session.queue.idle();
    assert.equal(session.panel.preview, true);
  });
});
