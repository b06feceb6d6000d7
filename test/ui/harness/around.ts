import assert from "node:assert/strict";
import type { Pages } from "./pages.ts";

/**
 * For the `describe` that it stands in: pages that are made before its tests and closed after them, each of which has to end
 * without an error on the page's console. They are there once a test runs.
 */
export function around<P extends Omit<Pages, "open">>(make: () => Promise<P>): () => P {
  let pages: P | undefined;
  const made = (): P => {
    if (!pages) throw new Error("The pages are there once a test runs.");
    return pages;
  };
  before(async () => {
    pages = await make();
  });
  after(() => pages?.close());
  afterEach(() => assert.deepEqual(made().problems, [], "errors on the page's console"));
  return made;
}
