import type { FinishedRun } from "../shared/protocol.ts";
import type { Update } from "../shared/updates.ts";

/** The last finished run of each technique, in brief: a page that is loaded anew shows all of them at once. */
export class FinishedRuns {
  readonly #runs = new Map<string, FinishedRun>();

  get all(): readonly FinishedRun[] {
    return [...this.#runs.values()];
  }

  /**
   * The updates, as they come; the last one of each key is kept when they have come to their end, if it `holds`: until
   * what is looked at changes.
   */
  async *keeping(
    asked: FinishedRun["asked"],
    updates: AsyncIterable<Update>,
    holds: () => Promise<boolean> = () => Promise.resolve(true),
  ): AsyncGenerator<Update, void> {
    const last = new Map<string, Update>();
    for await (const update of updates) {
      last.set(update.kind === "progress" ? update.kind : `${update.kind} ${update.key}`, update);
      yield update;
    }
    if (await holds()) this.#runs.set(asked.technique, { asked, updates: [...last.values()] });
    else this.#runs.delete(asked.technique);
  }
}
