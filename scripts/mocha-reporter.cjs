// Mocha's own report, and the counts of the run in a file for scripts/test.mjs. Brief: a dot per test, then what failed.
const { writeFileSync } = require("node:fs");
const { Dot, Spec } = require("mocha").reporters;

module.exports = class extends (process.env.GLASSBOX_BRIEF ? Dot : Spec) {
  done(failures, end) {
    const { passes: passed, failures: failed, pending: skipped } = this.stats;
    if (process.env.GLASSBOX_COUNTS)
      writeFileSync(process.env.GLASSBOX_COUNTS, JSON.stringify({ passed, failed, skipped }));
    end(failures);
  }
};
