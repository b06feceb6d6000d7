import { quoted } from "../../../shared/shown.ts";

interface Wanted {
  /** Wherever it may be put. */
  readonly paths: readonly string[];
  readonly location: string;
  readonly tensors: string[];
  readonly sentence: string;
  bytes: number;
}

interface Tensor {
  readonly name: string;
  readonly bytes: number;
  /** What to say if it is the only one. */
  readonly sentence: string;
}

/** Files beside a model that are not there, and what is to be in them: one sentence each, however many tensors they hold. */
export class Missing {
  readonly #files = new Map<string, Wanted>();

  add(paths: readonly string[], location: string, { name, bytes, sentence }: Tensor): void {
    const key = paths.join("\0");
    const known = this.#files.get(key) ?? { paths, location, tensors: [], sentence, bytes: 0 };
    this.#files.set(key, known);
    known.tensors.push(name);
    known.bytes += bytes;
  }

  get paths(): readonly string[] {
    return [...this.#files.values()].flatMap(({ paths }) => paths);
  }

  get problems(): readonly string[] {
    return [...this.#files.values()].map(({ location, tensors, sentence, bytes }) => {
      const [first = "", second] = tensors;
      if (second === undefined) return sentence;
      const names = `${quoted(first)}, ${quoted(second)}${tensors.length > 2 ? ", …" : ""}`;
      const held = `the numbers of ${tensors.length} tensors (${names}; ${bytes.toLocaleString("en-US")} bytes)`;
      return `The file ${quoted(location)}, which has ${held}, is not beside the model: put it into the model's folder.`;
    });
  }
}
