import assert from "node:assert/strict";
import { answering } from "./support/answers.ts";
import { closeAll, glassbox, patient, sample, until } from "./support/glassbox.ts";

describe("A Dream panel that is closed in the midst of its picture", function () {
  this.timeout(60_000);
  afterEach(closeAll);

  const settings = {
    technique: "deep-dream",
    model: sample("squeezenet1.1.onnx"),
    image: sample("coffee.png"),
    parameters: { octaves: 1, steps: 400 },
    seed: 0,
  };

  it("comes back as it was paused, where a person wants it back", async () => {
    const { dreams } = await glassbox();
    const panel = dreams.show(settings, true);
    await until("it grows", () => (panel.run.newest?.done ?? 0) > 2, 40_000);
    await panel.calls.pause(undefined, patient);
    await until("it can be gone on from", () => panel.run.resumable !== undefined && panel.run.phase === "paused");
    const done = panel.run.newest?.done;
    const asked: string[] = [];
    const showInformationMessage = (words: string, reopen: string) => {
      asked.push(words);
      return reopen;
    };
    const back = await answering({ showInformationMessage }, async () => {
      panel.panel.dispose();
      await until("it is open again", () => dreams.all.some((one) => one !== panel && one.run.newest !== undefined));
      return dreams.all.find((one) => one !== panel)!;
    });
    assert.match(asked.join(), /^DeepDream: coffee\.png was closed, paused at step \d+ of 400\.$/);
    assert.deepEqual([back.run.phase, back.run.newest?.done], ["paused", done]);
    back.run.resume();
    await until("it goes on", () => (back.run.newest?.done ?? 0) > (done ?? 0), 40_000);
    back.run.stop();
  });

  it("is not asked about where it was stopped before", async () => {
    const { dreams } = await glassbox();
    const panel = dreams.show(settings, true);
    await until("it grows", () => (panel.run.newest?.done ?? 0) > 2, 40_000);
    await panel.calls.stop(undefined, patient);
    await until("it is stopped", () => panel.run.phase === "stopped");
    const asked: string[] = [];
    await answering({ showInformationMessage: (words: string) => void asked.push(words) }, async () => {
      panel.panel.dispose();
      await until("it is gone", () => !dreams.all.includes(panel));
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    assert.deepEqual(asked, []);
  });
});
