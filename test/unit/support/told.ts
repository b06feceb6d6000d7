import assert from "node:assert/strict";
import { isNotKnown, type NotKnown } from "../../../src/shared/inside.ts";

/** What something sees, where that is known and is not nothing. */
export function told<A extends object>(answer: A | NotKnown | undefined): A {
  assert.ok(answer && !isNotKnown(answer));
  return answer;
}
