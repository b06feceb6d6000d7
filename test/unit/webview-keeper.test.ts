import assert from "node:assert/strict";
import type { ModelPanelState } from "../../src/shared/model-panel.ts";
import { keeper } from "../../webview/model/keeper.ts";
import { untouched } from "../../webview/model/remembered.ts";
import type { Session } from "../../webview/model/session.ts";

describe("what a model editor's page keeps and tells", () => {
  const from = (panel: unknown, kept?: unknown) => {
    let state = kept;
    const page = { dataset: { panel: JSON.stringify(panel) } };
    return {
      state: () => state,
      keep: keeper({ getState: () => state, setState: (now) => (state = now) }, page),
    };
  };
  const standing = { layer: "conv1", tab: "unit", channel: 7 } as const;

  it("begins where the editor stands that was split, and goes its own way from there", () => {
    assert.deepEqual(from(standing).keep.remembered, { ...untouched, ...standing });
    const own = { layer: "conv2", tab: "filters" } as const;
    assert.deepEqual(from(standing, { view: own }).keep.remembered, { ...untouched, ...own });
    assert.deepEqual(from({ layer: 7, tab: "elsewhere", channel: -1 }).keep.remembered, untouched);
  });

  it("tells the host where it stands, once each time that this is elsewhere", () => {
    const told: ModelPanelState[] = [];
    const host = { stands: (panel: ModelPanelState) => Promise.resolve(void told.push(panel)) };
    const { keep, state } = from({});
    const save = (remembered: object, status = "loading") =>
      keep.save({
        remembered: { ...untouched, ...remembered },
        host,
        subject: { state: { status } },
      } as unknown as Session); // all that is read of it
    save({ layer: "conv9" }, "idle");
    assert.deepEqual(told, [], "another call is the page's first");
    for (const remembered of [{}, standing, { ...standing, split: 0.3 }, { ...standing, channel: 8 }]) save(remembered);
    assert.deepEqual(told, [{ tab: "maps" }, standing, { ...standing, channel: 8 }]);
    assert.deepEqual((state() as { panel: unknown }).panel, told.at(-1));
  });
});
