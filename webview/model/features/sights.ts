import { isNotKnown } from "../../../src/shared/inside.ts";
import type { NotKnown, Rectangle, SeenPart } from "../../../src/shared/inside.ts";
import type { Session } from "../session.ts";
import { Latest } from "./latest.ts";
import type { Place } from "./marks.ts";

/** Undefined while it is being asked; "none" where there is nothing; "failed" where the question was. */
export type Sight<A> = A | NotKnown | "none" | "failed" | undefined;

export const isSeen = <A extends object>(sight: Sight<A>): sight is A =>
  typeof sight === "object" && !isNotKnown(sight);

/** Answers that are kept, so that a place that was asked about once is outlined at once. */
const most = 2000;

/** What a place of the layer sees, and which places see a pixel: as the engine says, exactly, each asked once. */
export class Sights {
  readonly #fields: Kept<SeenPart>;
  readonly #seers: Kept<Rectangle>;

  constructor(private readonly session: Session) {
    const changed = () => session.changed();
    this.#fields = new Kept((layer, place, signal) => session.host.fieldOf({ layer, place }, signal), changed);
    this.#seers = new Kept((layer, pixel, signal) => session.host.seenBy({ layer, pixel }, signal), changed);
  }

  fieldOf(layer: string, place: Place): Sight<SeenPart> {
    return this.#fields.get(this.session.plainPhotoKey, layer, place);
  }
  seenBy(layer: string, pixel: Place): Sight<Rectangle> {
    return this.#seers.get(this.session.plainPhotoKey, layer, pixel);
  }
}

type Ask<A> = (layer: string, place: Place, signal: AbortSignal) => Promise<A | NotKnown | undefined>;
type Answer<A> = NonNullable<Sight<A>>;

class Kept<A> {
  readonly #answers = new Map<string, Answer<A>>();
  readonly #questions: Latest<{ key: string; layer: string; place: Place }, Answer<A>>;

  constructor(ask: Ask<A>, changed: () => void) {
    this.#questions = new Latest(
      ({ layer, place }, signal) =>
        ask(layer, place, signal).then(
          (answer) => answer ?? "none",
          () => "failed",
        ),
      (answer, { key }) => {
        if (this.#answers.size > most) this.#answers.clear();
        this.#answers.set(key, answer);
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
