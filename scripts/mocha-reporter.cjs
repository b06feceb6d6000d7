// Mocha's own report, and the counts of the run in a file for scripts/test.mjs. Brief: a dot per test, then what failed.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { Dot, Spec } = require("mocha").reporters;

const firstLine = (error) => String(error?.message ?? error).split("\n")[0];

module.exports = class extends (process.env.GLASSBOX_BRIEF ? Dot : Spec) {
  #again = [];
  #byFile = new Map();
  #reasons = new Map();

  constructor(runner, options) {
    super(runner, options);
    runner.on("retry", (test, error) => this.#again.push(`${test.fullTitle()}: ${firstLine(error)}`));
    for (const [event, count] of Object.entries({ pass: "passed", fail: "failed", pending: "skipped" }))
      runner.on(event, ({ file }) => this.#of(file)[count]++);
    runner.on("fail", (test, error) => {
      if (test.file === undefined) return; // what failed belongs to no test: it cannot be run again by itself
      const before = this.#reasons.get(test.file) ?? [];
      const title = test.fullTitle();
      const isTold = this.#again.some((told) => told.startsWith(`${title}: `)); // when it was tried again at once
      this.#reasons.set(test.file, isTold ? before : [...before, `${title}: ${firstLine(error)}`]);
    });
  }

  done(failures, end) {
    const { passes: passed, failures: failed, pending: skipped } = this.stats;
    const fell = [...this.#reasons].map(([file, why]) => ({
      file: relative(process.cwd(), file),
      why,
      ...this.#of(file),
    }));
    const counts = { passed, failed, skipped, again: this.#again, fell };
    if (process.env.GLASSBOX_COUNTS) writeFileSync(process.env.GLASSBOX_COUNTS, JSON.stringify(counts));
    end(failures);
  }

  #of(file) {
    const counts = this.#byFile.get(file) ?? { passed: 0, failed: 0, skipped: 0 };
    this.#byFile.set(file, counts);
    return counts;
  }
};
