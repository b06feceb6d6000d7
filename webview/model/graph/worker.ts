import { Arranger } from "./arrange.ts";
import { elk } from "./elk.ts";
import type { LayoutAnswer, LayoutRequest } from "./plan.ts";

// Lays out graphs beside the page. Only the latest request counts: a person who opens three blocks waits for one picture.

interface Thread {
  onmessage: ((event: { readonly data: LayoutRequest }) => void) | null;
  postMessage(answer: LayoutAnswer): void;
}
const thread = self as unknown as Thread; // the types are a page's; this runs in a worker

const arranger = new Arranger(elk());
let latest = -1;

thread.onmessage = ({ data: { id, level } }) => {
  latest = id;
  void arranger
    .arrange(level, () => latest !== id)
    .then(
      (plan) => plan && thread.postMessage({ id, plan }),
      (error: unknown) => thread.postMessage({ id, failure: error instanceof Error ? error.message : String(error) }),
    );
};
