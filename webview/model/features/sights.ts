import type { Rectangle } from "../../../src/shared/inside.ts";
import type { Session } from "../session.ts";
import { Latest } from "./latest.ts";
import type { Place } from "./marks.ts";

export interface Field {
  readonly whole: Rectangle;
  readonly clipped: Rectangle;
}

/** Undefined while it is not known yet; "none" where a place sees no rectangle of its own; "unknown" where nobody can tell. */
export type Sight<A> = A | "none" | "unknown" | undefined;

/** Answers that are kept, so that a place that was asked about once is outlined at once. */
const most = 2000;

/** What a place of the layer sees, and which places see a pixel: as the engine says, exactly, each asked once. */
export class Sights {
  readonly #fields: Kept<Field>;
  readonly #seers: Kept<Rectangle>;

  constructor(private readonly session: Session) {
    const changed = () => session.changed();
    this.#fields = new Kept((layer, place, signal) => session.host.fieldOf({ layer, place }, signal), changed);
    this.#seers = new Kept((layer, pixel, signal) => session.host.seenBy({ layer, pixel }, signal), changed);
  }

  fieldOf(layer: string, place: Place): Sight<Field> {
    return this.#fields.get(this.session.photoKey("other"), layer, place);
  }
  seenBy(layer: string, pixel: Place): Sight<Rectangle> {
    return this.#seers.get(this.session.photoKey("other"), layer, pixel);
  }
}

type Ask<A> = (layer: string, place: Place, signal: AbortSignal) => Promise<A | undefined>;

class Kept<A> {
  readonly #answers = new Map<string, A | "none" | "unknown">();
  readonly #questions: Latest<{ key: string; layer: string; place: Place }, A | "unknown" | undefined>;

  constructor(ask: Ask<A>, changed: () => void) {
    this.#questions = new Latest(
      ({ layer, place }, signal) => ask(layer, place, signal).catch(() => "unknown" as const),
      (answer, { key }) => {
        if (this.#answers.size > most) this.#answers.clear();
        this.#answers.set(key, answer ?? "none");
      },
      changed,
    );
  }

  get(photo: string, layer: string, place: Place): Sight<A> {
    const key = JSON.stringify([photo, layer, place]);
    const known = this.#answers.get(key);
    if (known === undefined) this.#questions.put(key, { key, layer, place });
    return known;
  }
}
