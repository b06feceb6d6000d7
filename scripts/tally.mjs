// What came of the checks, in numbers and in words.

/** @type {import("./tally.d.mts").Counts} */
export const nothing = { passed: 0, failed: 0, skipped: 0, again: [] };

/** Counts of several runs; what a run does not say is none. */
export const together = (...all) =>
  all.reduce(
    (sum, { passed = 0, failed = 0, skipped = 0, again = [] }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
      again: [...sum.again, ...again],
    }),
    nothing,
  );

/** A run whose files with failures were run once more: what those had counted is replaced. */
export function secondTry(first, second) {
  const fell = first.fell ?? [];
  const dropped = together(...fell);
  const all = together(
    { ...first, again: [...(first.again ?? []), ...fell.flatMap(({ why }) => why)] },
    { passed: -dropped.passed, failed: -dropped.failed, skipped: -dropped.skipped },
    second,
  );
  return { ...all, again: [...new Set(all.again)] };
}

/** A stage's line: everything that there is to count. */
export const stageWords = ({ passed, failed, skipped, again }) =>
  [
    `${passed} passed`,
    `${failed} failed`,
    ...(skipped ? [`${skipped} skipped`] : []),
    ...(again.length ? [`${again.length} tried twice`] : []),
  ].join(", ");

/** The end: what a reader should know of tests that passed only when tried again, of those skipped, and the one last line. */
export function closingLines({ passed, failed, skipped, again }) {
  const tests = (n) => (n === 1 ? "1 test" : `${n} tests`);
  return [
    ...(again.length ? [`${tests(again.length)} tried a second time:`, ...again.map((each) => `  ${each}`)] : []),
    ...(skipped ? [`${tests(skipped)} skipped.`] : []),
    `${passed} passed, ${failed} failed`,
  ];
}
