import assert from "node:assert/strict";
import { numbersText } from "../../webview/explain/numbers-text.ts";
import { staged } from "./support/staged-session.ts";

describe("numbers as text", () => {
  it("hold the prediction and the map's values, one cell each", async () => {
    const { session } = staged();
    await session.start();
    await session.queue.idle();
    const text = numbersText(session, session.resultOf("grad-cam").pictures[0]);
    assert.ok(text.includes("0\ttabby, tabby cat\t"));
    assert.ok(text.includes("technique\tgrad-cam of “tabby”\nlayer\thead\n"));
    assert.ok(text.endsWith("\n0\t2\n"), text.slice(-60));
  });
});
