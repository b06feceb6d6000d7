import assert from "node:assert/strict";
import { stays } from "../../src/host/dream-notes.ts";
import { told } from "../../src/host/dream-told.ts";
import { settings } from "./support/dream-runs.ts";

describe("what stays as it was until the next start", () => {
  it("is said as long as the picture may grow, and no longer", () => {
    const none = { failure: undefined, canceled: false, queue: undefined, newest: undefined, begun: undefined };
    const run = { ...none, settings, playing: undefined, progress: undefined, layerUsed: undefined };
    const said = (phase: "running" | "paused" | "stopped" | "finished") =>
      told({ ...run, phase, notes: [stays(["“Octaves” stays 4"])] }).notes.length;
    assert.deepEqual([said("running"), said("paused"), said("stopped"), said("finished")], [1, 1, 0, 0]);
  });
});
