import { shown } from "../../shared/shown.ts";

interface Details {
  /** The byte, tensor or node: "byte 1024, in graph › node", `tensor "conv1.weight"`. */
  readonly where?: string;
  /** What the person can do about it, as a sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** A file that cannot be read, or cannot be trusted. Its message is one line for the person: file, place, reason, remedy. */
export class Unreadable extends Error {
  override name = "Unreadable";
  readonly where: string | undefined;
  readonly remedy: string | undefined;

  constructor(
    readonly file: string,
    readonly reason: string,
    { where, remedy, cause }: Details = {},
  ) {
    const place = where === undefined ? "" : `at ${where}: `;
    const advice = remedy === undefined ? "" : ` ${remedy}`;
    super(`${shown(file, 400)}: ${place}${reason}.${advice}`, cause === undefined ? {} : { cause });
    this.where = where;
    this.remedy = remedy;
  }
}
