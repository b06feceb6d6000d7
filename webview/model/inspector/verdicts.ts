import type { FeatureMaps, FilterCard } from "../../../src/shared/inside.ts";
import { verdicts } from "../../../src/shared/inside.ts";
import { figure } from "../../shared/words.ts";
import type { Session } from "../session.ts";

export interface Verdict {
  readonly value: string;
  readonly more?: string | undefined;
  readonly warning?: boolean;
}

/** What was learned of the layers that were looked at, kept while model and photo are the same: other questions come between. */
export class Verdicts {
  readonly #session: Session;
  readonly #dead = new Kept();
  readonly #filters = new Kept();

  constructor(session: Session) {
    this.#session = session;
  }

  /** "3 of 96": of the channels that were looked at on this photo. */
  dead(layer: string): Verdict | undefined {
    const { learned } = this.#session;
    const of = this.#dead.of(this.#session.photoKey());
    if (learned.maps && learned.maps.photoKey === this.#session.photoKey())
      of.set(learned.maps.answer.layer, wordsOfMaps(learned.maps.answer));
    return of.get(layer);
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
