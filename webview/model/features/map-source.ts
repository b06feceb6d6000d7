import type { FeatureMaps, Stroke } from "../../../src/shared/inside.ts";
import type { PhotoSlot } from "../../../src/shared/model-panel.ts";
import type { Failure } from "../../../src/shared/rpc.ts";
import type { Host } from "../session.ts";
import { heldFrom } from "./held.ts";
import type { Held } from "./held.ts";
import { Latest } from "./latest.ts";

/** Of whom maps are wanted. */
export interface Wanted {
  /** Another one makes what is under way useless; another brush stroke does not. */
  readonly subject: string;
  readonly layer: string;
  readonly photo: PhotoSlot;
  readonly strokes: readonly Stroke[];
}

interface Question extends Wanted {
  readonly key: string;
  readonly channels: readonly number[] | undefined;
}

/** Bytes of maps in one further page. */
const pageBytes = 2e6;

/** The maps of one layer through one photo: at first as many as come in one answer, the others when they are needed. */
export class MapSource {
  held: Held | undefined;
  #subject = "";
  readonly #questions: Latest<Question, FeatureMaps>;

  constructor(host: () => Host, changed: () => void) {
    this.#questions = new Latest(
      ({ layer, photo, strokes, channels }, signal) =>
        host().features({ layer, photo, strokes, ...(channels && { channels }) }, signal),
      (maps, { key }) => (this.held = heldFrom(key, maps, this.held?.key === key ? this.held : undefined)),
      changed,
    );
  }

  get failure(): Failure | undefined {
    return this.#questions.failure;
  }
  get waiting(): boolean {
    return this.#questions.waiting;
  }

  /** `need`: channels that are in sight or are compared; only these follow a brush. */
  want(wanted: Wanted, need: readonly number[]): void {
    const { subject, strokes, layer } = wanted;
    if (subject !== this.#subject) {
      this.#questions.drop();
      this.#subject = subject;
    }
    const key = keyOf(wanted);
    const { held } = this;
    if (held?.key !== key) {
      const follows = strokes.length > 0 && held?.layer === layer;
      this.#put({ ...wanted, key, channels: follows ? need : undefined });
      return;
    }
    const missing = need.filter((channel) => !held.planes.has(channel));
    const [, height, width] = held.arrangement.shape;
    const page = missing.slice(0, Math.max(1, Math.floor(pageBytes / (height * width))));
    if (page.length) this.#put({ ...wanted, key, channels: page });
  }

  /** Whether what is held answers this, rather than what was asked before. */
  answers(wanted: Wanted): boolean {
    return this.held?.key === keyOf(wanted);
  }

  forget(): void {
    this.#questions.drop();
    this.#subject = "";
  }

  #put(question: Question): void {
    this.#questions.put(`${question.key}|${question.channels?.join() ?? ""}`, question);
  }
}

const keyOf = ({ subject, strokes }: Wanted): string => `${subject}|${JSON.stringify(strokes)}`;
