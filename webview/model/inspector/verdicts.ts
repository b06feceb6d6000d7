import type { FeatureMaps, FilterCard } from "../../../src/shared/inside.ts";
import { verdicts } from "../../../src/shared/inside.ts";
import { figure } from "../../shared/words.ts";
import type { Session } from "../session.ts";
import { withoutStrokes, withStrokes } from "../strokes-words.ts";

export interface Verdict {
  readonly value: string;
  readonly more?: string | undefined;
  readonly warning?: boolean;
}

/** What was learned of the layers that were looked at, kept while model and photo are the same: other questions come between. */
export class Verdicts {
  readonly #session: Session;
  readonly #dead = { asItIs: new Kept(), asSeen: new Kept() };
  readonly #filters = new Kept();

  constructor(session: Session) {
    this.#session = session;
  }

  /** "3 of 96": on this photo as it is seen, with what the brush did to it; where that is not known, on the photo as it was. */
  dead(layer: string): (Verdict & { readonly where: string }) | undefined {
    const session = this.#session;
    const [asItIs, asSeen] = [
      this.#deadOf(this.#dead.asItIs, session.plainPhotoKey),
      this.#deadOf(this.#dead.asSeen, session.photoKey()),
    ].map((of) => of.get(layer));
    const found = asSeen ?? asItIs;
    if (!found) return undefined;
    const strokes = session.remembered.strokes.length > 0 && (asSeen ? withStrokes : withoutStrokes);
    return { ...found, where: strokes ? `on this photo ${strokes}` : "on this photo" };
  }

  #deadOf(kept: Kept, photoKey: string): ReadonlyMap<string, Verdict> {
    const { maps } = this.#session.learned;
    const of = kept.of(photoKey);
    if (maps?.photoKey === photoKey) of.set(maps.answer.layer, wordsOfMaps(maps.answer));
    return of;
  }

  /** "smooth (roughness 0.31)". */
  filters(layer: string): Verdict | undefined {
    const { learned, modelKey } = this.#session;
    const of = this.#filters.of(modelKey);
    if (learned.filters && learned.filters.modelKey === modelKey)
      of.set(learned.filters.answer.layer, wordsOfFilters(learned.filters.answer));
    return of.get(layer);
  }
}

/** By layer, for one key only: another one begins anew. */
class Kept {
  #key: string | undefined;
  readonly #verdicts = new Map<string, Verdict>();

  of(key: string): Map<string, Verdict> {
    if (key !== this.#key) this.#verdicts.clear();
    this.#key = key;
    return this.#verdicts;
  }
}

export function wordsOfMaps({
  statistics: { verdict },
  rectified,
}: Pick<FeatureMaps, "statistics" | "rectified">): Verdict {
  const number = (which: (typeof verdicts)[number]) => verdict.filter((each) => verdicts[each] === which).length;
  const dead = number("dead");
  const broken = number("broken");
  const others = [
    [number("nearly dead"), "nearly dead"],
    [number("saturated"), "saturated"],
    [number("constant"), "constant"],
    [broken, "with NaN or infinite values"],
  ] as const;
  return {
    value: dead === 0 ? "none" : `${dead} of ${verdict.length}`,
    more:
      others
        .filter(([n]) => n > 0)
        .map(([n, words]) => `${n} ${words}`)
        .join(", ") || (rectified ? undefined : "not rectified"),
    warning: dead + broken > 0,
  };
}

export function wordsOfFilters({ verdict, median, dead, duplicates }: FilterCard): Verdict {
  const more = [
    Number.isFinite(median) ? `roughness ${figure(median)}` : undefined,
    dead.length ? `${dead.length} dead` : undefined,
    duplicates.length ? `${duplicates.length} duplicate` : undefined,
  ];
  return {
    value: verdict,
    more: more.filter((each) => each !== undefined).join(", ") || undefined,
    warning: verdict === "noisy" || dead.length > 0,
  };
}
