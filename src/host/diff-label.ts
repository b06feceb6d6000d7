import { posix } from "node:path";

/** A side of a diff editor: a file, or a revision of one. */
export interface Labelled {
  readonly path: string;
  /** As git's extension writes it: a commit, "HEAD", "" for what is staged, "~" for what was staged or committed last. */
  readonly ref: string | undefined;
}

/**
 * Whether `one` stands on the right, by the label of the tab that shows both: "before.onnx ↔ after.onnx",
 * "net.onnx (1234abcd^) ↔ net.onnx (1234abcd)", "net.onnx (Index)". Undefined where it says nothing of the order.
 */
export function isTurnedInLabel(label: string, one: Labelled, other: Labelled): boolean | undefined {
  const [left, right, ...more] = label.split(" ↔ ");
  if (left === undefined || more.length) return undefined;
  if (right !== undefined) {
    const straight = isCalled(left, one) && isCalled(right, other);
    const turned = isCalled(left, other) && isCalled(right, one);
    return straight === turned ? undefined : turned;
  }
  const starts = ({ path }: Labelled) => label.startsWith(`${posix.basename(path)} `);
  if (starts(one) !== starts(other)) return starts(other);
  // One name alone is that of the right one, as git's extension calls what it opens.
  const [first, second] = [isCalled(label, one), isCalled(label, other)];
  return first === second ? undefined : first;
}

/** By its name or the end of its path, with the revision behind it where there is one. */
function isCalled(words: string, { path, ref }: Labelled): boolean {
  const [, name = words, revision] = /^(.*?) \(([^()]*)\)$/.exec(words) ?? [];
  if (!`/${path}`.endsWith(`/${name}`)) return false;
  return revision === undefined || isRevision(revision, ref);
}

function isRevision(words: string, ref: string | undefined): boolean {
  if (ref === undefined) return words === "Working Tree";
  if (ref === "" || ref === "~") return words === ref || words === "Index";
  if (/^[0-9a-f]{7,40}\^?$/.test(words))
    return ref.startsWith(words.replace("^", "")) && ref.endsWith("^") === words.endsWith("^");
  return words === ref;
}
