import type { DreamUpdate, Rewound, Shown, StripFrame } from "../shared/dream-panel.ts";
import { outsideCells } from "../shared/sheet-gaps.ts";
import type { Beside } from "../shared/synthesis.ts";
import { pointsOf, type Film, type Kept } from "./dream-film.ts";
import { reduced } from "./dream-reduced.ts";
import { playingOf } from "./dream-stages.ts";
import { Latest } from "./latest.ts";

/** Milliseconds between two updates of a page: ten a second. */
const between = 100;
/** Of what is shown, the longer side at most. */
export const largestShown = 1280;

/** What a run is at a moment, as far as pages are told. */
export interface Present {
  readonly state: Omit<DreamUpdate, "curve" | "strip" | "picture" | "beside">;
  readonly film: Film;
  readonly newest: Kept | undefined;
  readonly beside: readonly Beside[];
}

/** Tells pages what is new of a run. */
export class Watched {
  readonly #changes = new Latest(undefined);

  constructor(private readonly present: () => Present) {}

  /** Something is new. */
  tell(): void {
    this.#changes.set(undefined);
  }

  /** All there is to show at first, then what is new, at most ten times a second. */
  async *watch(signal: AbortSignal): AsyncGenerator<DreamUpdate, void> {
    const known = new Set<number>();
    let curve: readonly unknown[] = [];
    let picture: number | undefined;
    let shownBeside: readonly Beside[] = [];
    for await (const _ of this.#changes.listen(signal)) {
      // While the page takes this update in, the run goes on: what was sent is what was there before.
      const { state, film, newest, beside } = this.present();
      const points = pointsOf(newest);
      const from = points.findIndex((point, i) => point !== curve[i]);
      const added = film.all.filter(({ id }) => !known.has(id));
      for (const { id } of added) known.add(id);
      const isNew = newest !== undefined && newest.id !== picture;
      const isBesideNew = beside !== shownBeside && (beside.length > 0 || shownBeside.length > 0);
      picture = newest?.id;
      curve = points;
      shownBeside = beside;
      yield {
        ...state,
        ...(newest?.settings && { madeWith: newest.settings }),
        curve: { from: from < 0 ? points.length : from, points: from < 0 ? [] : points.slice(from) },
        strip: {
          frames: film.all.map(({ id }) => id),
          line: film.line(newest?.id).map(({ id }) => id),
          added: added.map(onStrip),
        },
        ...(isNew && { picture: { frame: newest.id, ...shown(newest) } }),
        ...(isBesideNew && { beside }),
      };
      await pause(between, signal);
    }
  }
}

/** A frame as a page shows it. */
export const shown = ({ frame: { picture, sheet }, recipe, outcome }: Kept): Shown => ({
  drawn: reduced(picture, largestShown),
  ...(sheet && { sheet }),
  ...(recipe && { recipe }),
  ...(outcome && { outcome }),
});

/** An earlier frame, for whoever looks back at it. */
export const rewound = (kept: Kept): Shown & Rewound => ({
  ...shown(kept),
  ...(kept.settings && { settings: kept.settings }),
  curve: pointsOf(kept),
});

const onStrip = (kept: Kept): StripFrame => {
  const { id, technique, octave, octaves, step, steps, done, total, objective, thumbnail } = kept;
  const { isSheet, isSaved, isResult, walked, making, whole } = kept;
  const place = { octave, octaves, step, steps, done, total };
  const { sheet } = kept.frame;
  const gaps = sheet ? outsideCells(sheet, thumbnail) : [];
  const playing = playingOf(kept.played);
  const what = {
    isSheet,
    ...(playing && { playing }),
    ...(isSaved && { isSaved }),
    ...(isResult && { isResult }),
    ...(walked !== undefined && { walked }),
    ...(making && { making }),
    ...(whole !== undefined && { whole }),
  };
  return { id, technique, ...place, ...what, objective, thumbnail, gaps };
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
