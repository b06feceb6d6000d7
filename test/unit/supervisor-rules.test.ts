import assert from "node:assert/strict";
import { Calls, type Call } from "../../src/supervisor/calls.ts";
import { Crashes } from "../../src/supervisor/crashes.ts";
import { crashed, heldBytes, type Ending } from "../../src/supervisor/faults.ts";
import { wordingOf } from "../../src/supervisor/wording.ts";
import { overMemory } from "../../src/shared/engine-process.ts";

const subject = { model: "/models/alexnet.onnx", image: "/photos/kitten.png" };

/** Calls 0, 1, … by name; those in capitals are with the engine already. */
function calls(...names: readonly string[]) {
  const all = new Calls();
  const made = names.map((name, id): Call => {
    all.add({ id, call: name.toLowerCase(), params: subject });
    const call = all.get(id);
    assert.ok(call);
    call.sent = name !== name.toLowerCase();
    return call;
  });
  return { all, made };
}

const ids = (calls: readonly Call[]) => calls.map(({ packet }) => packet.id);
const never = () => false;

describe("supervisor rules", () => {
  describe("next to the engine", () => {
    it("goes every request, and the first job", () => {
      assert.deepEqual(ids(calls("run", "open", "run", "predict").all.next), [0, 1, 3]);
    });

    it("goes no job beside another, though that is cancelled already", () => {
      const { all, made } = calls("RUN", "run", "open");
      assert.deepEqual(ids(all.next), [2]);
      Object.assign(made[0] ?? {}, { abandoned: true });
      assert.deepEqual(ids(all.next), [2]);
    });

    it("go suspects first, each alone, until the engine has said something of them", () => {
      const { all, made } = calls("OPEN", "PREDICT", "run");
      all.recall(true);
      all.add({ id: 3, call: "open", params: subject });
      assert.deepEqual(ids(all.next), [0]);
      Object.assign(made[0] ?? {}, { sent: true });
      assert.deepEqual(ids(all.next), []);
      all.remove(made[0] as Call); // made above
      assert.deepEqual(ids(all.next), [1]);
      Object.assign(made[1] ?? {}, { sent: true });
      all.hear(made[1] as Call); // made above
      assert.deepEqual(ids(all.next), [2, 3]);
    });
  });

  it("recalls what was with the engine to its old place, without what was abandoned", () => {
    const { all, made } = calls("RUN", "OPEN", "run");
    Object.assign(made[1] ?? {}, { abandoned: true });
    all.recall(false);
    assert.deepEqual(ids(all.waiting), [0, 2]);
    assert.deepEqual(ids(all.next), [0]);
  });

  describe("to blame for the engine's end", () => {
    const blamed = (...names: readonly string[]) => calls(...names).all.culprit(never)?.packet.id;

    it("is the job, else a request that was alone, else nobody yet", () => {
      assert.equal(blamed("OPEN", "RUN", "open"), 1);
      assert.equal(blamed("run", "OPEN"), 1);
      assert.equal(blamed("OPEN", "PREDICT"), undefined);
      assert.equal(blamed("open"), undefined);
    });

    it("is rather what crashed before", () => {
      assert.equal(calls("RUN", "OPEN").all.culprit(({ packet }) => packet.call === "open")?.packet.id, 1);
    });
  });

  it("takes a job's sign of life for the requests beside it, but not a request's for the job", () => {
    const { all, made } = calls("RUN", "OPEN", "PREDICT");
    const [job, one, other] = made as [Call, Call, Call]; // three names
    for (const call of made) call.silence = 1000;
    all.hear(one);
    assert.equal(all.hanging(1000), job);
    all.hear(job);
    assert.deepEqual([job.silence, one.silence, other.silence], [0, 0, 0]);
    assert.equal(all.hanging(1000), undefined);
  });

  it("holds against what is abandoned first that the engine hangs", () => {
    const { all, made } = calls("RUN", "OPEN");
    for (const call of made) call.silence = 1000;
    Object.assign(made[1] ?? {}, { abandoned: true });
    assert.equal(all.hanging(1000), made[1]);
  });

  it("tolerates three crashes, but not within five minutes", () => {
    let minutes = 0;
    const crashes = new Crashes(() => minutes * 60_000);
    const at = (time: number) => {
      minutes = time;
      crashes.count();
      return crashes.tooMany;
    };
    assert.deepEqual([0, 3, 5.1, 7, 9.9].map(at), [false, false, false, true, true]);
    minutes = 12.1;
    assert.equal(crashes.tooMany, false);
    at(12.1);
    crashes.forget();
    assert.equal(crashes.tooMany, false);
  });

  it("titles calls as people know them", () => {
    const { title, doing } = wordingOf("run", { ...subject, technique: "grad-cam" });
    assert.equal(title, "grad-cam of kitten.png by alexnet.onnx");
    assert.equal(doing, `running ${title}`);
    assert.equal(wordingOf("open", { model: subject.model }).doing, "opening alexnet.onnx");
    assert.equal(wordingOf("techniques", undefined).doing, "listing the techniques");
    const made = (given: object) => wordingOf("synthesize", { model: subject.model, ...given }).title;
    const layer = "fire5/concat";
    assert.equal(made({ technique: "feature-grid", layer }), "feature-grid of fire5/concat by alexnet.onnx");
    const unit = { technique: "neuron-visualization", layer, channel: 3 };
    assert.equal(made(unit), "neuron-visualization of channel 3 of fire5/concat by alexnet.onnx");
    const dream = { technique: "deep-dream", image: subject.image, layer };
    assert.equal(made(dream), "deep-dream of kitten.png at fire5/concat by alexnet.onnx");
    assert.equal(made({ technique: "fooling-image", target: 7 }), "fooling-image of class 7 by alexnet.onnx");
    const layers = [{ name: layer }, { name: "conv1" }];
    assert.equal(made({ ...unit, layers }), "neuron-visualization of channel 3 of 2 layers by alexnet.onnx");
  });

  it("says by a technique's title what it was at, and titles the job by its id all the same", () => {
    const titleOf = (technique: string) => (technique === "deep-dream" ? "DeepDream" : technique);
    const { title, doing, key } = wordingOf("synthesize", { ...subject, technique: "deep-dream" }, titleOf);
    assert.equal(doing, "making DeepDream of kitten.png by alexnet.onnx");
    assert.equal(title, "deep-dream of kitten.png by alexnet.onnx");
    assert.match(key, /"deep-dream"/);
    assert.equal(
      wordingOf("run", { ...subject, technique: "cam" }, titleOf).doing,
      "running cam of kitten.png by alexnet.onnx",
    );
    assert.equal(
      wordingOf("dead", { model: subject.model }, titleOf).doing,
      "looking for dead filters in alexnet.onnx",
    );
  });

  it("knows a call again by model file, call and technique", () => {
    const key = (call: string, params: object) => wordingOf(call, { ...subject, ...params }).key;
    assert.equal(key("run", { technique: "cam" }), key("run", { technique: "cam", image: "/other.png" }));
    const keys = [
      key("run", { technique: "cam" }),
      key("raw", { technique: "cam" }),
      key("run", { technique: "rise" }),
    ];
    assert.equal(new Set([...keys, key("run", { technique: "cam", model: "/other.onnx" })]).size, 4);
  });

  describe("says of an end", () => {
    const said = (ending: Partial<Ending>, before = false) =>
      crashed({ code: null, signal: null, lastWords: "", ...ending }, "opening x.onnx", before).message;

    it("what a signal, a status of Windows and an exit code mean", () => {
      assert.match(said({ signal: "SIGFPE" }), /^The runtime crashed \(SIGFPE\) while opening x\.onnx\./);
      assert.match(said({ signal: "SIGBUS" }), /file that is cut short/);
      assert.match(said({ signal: "SIGKILL" }), /^The engine ended \(SIGKILL\) .*when memory runs out/);
      assert.match(said({ code: 0xc0000005 }), /^The runtime crashed \(access violation, 0xC0000005\)/);
      assert.match(said({ code: 0xc0000005 - 2 ** 32 }), /access violation, 0xC0000005/);
      assert.match(
        said({ code: 7, lastWords: "x\nTypeError: no\n  at y" }),
        /ended \(exit code 7: TypeError: no\) while/,
      );
      assert.match(said({ code: 0 }), /ended \(exit code 0\) while/);
    });

    it("that the heap was full", () => {
      const lastWords = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n";
      assert.match(said({ signal: "SIGABRT", lastWords }), /^The engine ran out of memory while opening x\.onnx/);
    });

    it("how much it held that ended itself over its limit", () => {
      assert.equal(heldBytes({ code: null, signal: "SIGKILL", lastWords: `x\n${overMemory} 12345\n` }), 12345);
      assert.equal(heldBytes({ code: null, signal: "SIGKILL", lastWords: "x\n" }), undefined);
    });
  });
});
