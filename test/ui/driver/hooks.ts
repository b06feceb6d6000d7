import { Workbench } from "./workbench.ts";

/** Mocha's root hooks: a test that fails leaves pictures of what was on screen, and no window outlives the run. */
export const mochaHooks = {
  async afterEach(this: Mocha.Context) {
    if (this.currentTest?.state !== "failed") return;
    const name = `failed-${this.currentTest.fullTitle().replace(/\W+/g, "-").slice(0, 100)}`;
    const windows = [...Workbench.open];
    for (const [i, workbench] of windows.entries())
      await workbench
        .screenshot(`${name}${windows.length > 1 ? `-${i + 1}` : ""}-${workbench.version}`)
        .catch(() => undefined); // the window is gone, which the test has said
  },
  async afterAll() {
    for (const workbench of [...Workbench.open]) await workbench.close();
  },
};
