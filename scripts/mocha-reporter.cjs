// Mocha's own report, and the counts of the run in a file for scripts/test.mjs. Brief: a dot per test, then what failed.
const { writeFileSync } = require("node:fs");
const { Dot, Spec } = require("mocha").reporters;

module.exports = class extends (process.env.GLASSBOX_BRIEF ? Dot : Spec) {
  #again = [];

  constructor(runner, options) {
    super(runner, options);
    runner.on("retry", (test, error) => {
      const [why = ""] = String(error?.message ?? error).split("\n");
      this.#again.push(`${test.fullTitle()}: ${why}`);
    });
  }

  done(failures, end) {
    const { passes: passed, failures: failed, pending: skipped } = this.stats;
    const counts = { passed, failed, skipped, again: this.#again };
    if (process.env.GLASSBOX_COUNTS) writeFileSync(process.env.GLASSBOX_COUNTS, JSON.stringify(counts));
    end(failures);
  }
};
