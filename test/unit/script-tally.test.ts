import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { closingLines, nothing, secondTry, stageWords, together } from "../../scripts/tally.mjs";
import { file, folder } from "../fixtures/onnx/writer.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const hook = 'A window that loads "before all" hook: opens it for "is never asked"';

describe("what npm test says at its end", () => {
  it("is one last line of two numbers, whatever was skipped or tried again", () => {
    assert.deepEqual(closingLines(nothing), ["0 passed, 0 failed"]);
    assert.deepEqual(closingLines({ passed: 3, failed: 1, skipped: 2, again: ["A b: late"] }), [
      "1 test tried a second time:",
      "  A b: late",
      "2 tests skipped.",
      "3 passed, 1 failed",
    ]);
    for (const [skipped, again] of [
      [0, []],
      [1, ["x"]],
    ] as const)
      assert.match(closingLines({ passed: 7, failed: 0, skipped, again }).at(-1)!, /^\d+ passed, \d+ failed$/);
  });

  it("adds up runs, of which some say little", () => {
    const all = together({ passed: 2, again: ["a"] }, { failed: 1, skipped: 1 }, { passed: 1, again: ["b"] });
    assert.deepEqual(all, { passed: 3, failed: 1, skipped: 1, again: ["a", "b"] });
    assert.equal(stageWords(all), "3 passed, 1 failed, 1 skipped, 2 tried twice");
    assert.equal(stageWords(together({ passed: 1 })), "1 passed, 0 failed");
  });

  it("counts a file once in which something failed and that was run again", () => {
    const fell = [{ file: "a.test.ts", why: ["A hook: Timeout", "A b: late"], passed: 1, failed: 2, skipped: 0 }];
    const first = { passed: 7, failed: 2, skipped: 0, again: ["b"], fell };
    const second = { passed: 4, failed: 0, skipped: 1, again: ["b"], fell: [] };
    const again = ["b", "A hook: Timeout", "A b: late"];
    assert.deepEqual(secondTry(first, second), { passed: 10, failed: 0, skipped: 1, again });
    assert.equal(secondTry(first, { ...second, failed: 1 }).failed, 1, "what fails twice has failed");
  });

  for (const words of [[], ["--parallel"]])
    it(`names the tests that passed only when tried again, and what failed in which file${words.length ? ", of files that run at once" : ""}`, async function () {
      this.timeout(20_000);
      const tests = file(
        `let tries = 0;
         describe("A page", () => {
           it("is late", () => { if (!tries++) throw new Error("Timeout of 5 ms\\nand more"); });
           it("is there", () => undefined);
           it("is right", () => { throw new Error("1 is not 2"); });
           after("closes it", () => { throw new Error("It was gone"); });
         });
         after("ends", () => { throw new Error("No file has this one"); });
         describe("A window", () => {
           it("stands", () => undefined);
           describe("that loads", () => {
             before("opens it", () => { throw new Error("Timeout"); });
             it("is never asked", () => undefined);
           });
         });`,
        "late.test.cjs",
      );
      const counts = join(folder(), "counts.json");
      const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", "--reporter", "scripts/mocha-reporter.cjs"];
      await new Promise((resolve) =>
        execFile(
          process.execPath,
          [...mocha, "--retries", "1", ...words, tests],
          { cwd: root, env: { ...process.env, GLASSBOX_COUNTS: counts } },
          resolve,
        ),
      );
      assert.deepEqual(JSON.parse(readFileSync(counts, "utf8")), {
        passed: 3,
        failed: 4,
        skipped: 0,
        again: ["A page is late: Timeout of 5 ms", "A page is right: 1 is not 2"],
        fell: [
          {
            file: relative(root, tests),
            why: ['A page "after all" hook: closes it for "is right": It was gone', `${hook}: Timeout`],
            passed: 3,
            failed: 3,
            skipped: 0,
          },
        ],
      });
    });
});
