import { isDeepStrictEqual } from "node:util";
import type { DreamSettings, Playing, StageSettings } from "../shared/dream-panel.ts";
import type { Reach } from "../shared/synthesis.ts";
import type { Kept } from "./dream-film.ts";

// A recipe that was opened is played stage by stage, until a person chooses something else.

/** Which recipe a frame is of that was played, and which of its stages. */
export interface Played {
  readonly recipe: DreamSettings;
  /** Counted from 0. */
  readonly stage: number;
}

/** Whether more than these settings make the picture. */
export const isPlayed = ({ before, until }: DreamSettings): boolean => before !== undefined || until !== undefined;

/** The settings by themselves. */
export const alone = ({ before: _, until: _until, opened: _opened, ...settings }: DreamSettings): StageSettings =>
  settings;

/** What one of the stages is made with; after them all, what the settings say themselves. */
function stageOf(settings: DreamSettings, stage: number): StageSettings {
  const one = settings.before?.[stage];
  return one ? withoutEnd(one) : alone(settings);
}

const withoutEnd = ({ until: _, leaves: _leaves, ...settings }: NonNullable<DreamSettings["before"]>[number]) =>
  settings;

/** Undefined where the recipe is of one stage, or none is played. */
export function playingOf({ recipe, stage }: Partial<Played> = {}): Playing | undefined {
  const stages = (recipe?.before?.length ?? 0) + 1;
  return stage === undefined || stages === 1 ? undefined : { stage: stage + 1, stages };
}

/** Files of other names may have the same recipe. */
const isSame = ({ opened: _, ...one }: DreamSettings, { opened: _opened, ...other }: DreamSettings): boolean =>
  isDeepStrictEqual(one, other);

/** What frames are made with. */
export interface Part {
  readonly settings: StageSettings;
  readonly played?: Played;
}

/** The stages of a run, one after the other; a single one where no recipe is played. */
export class Stages {
  /** What is made at present. */
  part: Part;
  /** Undefined until the engine has begun one. */
  playing: Playing | undefined;
  #stage = 0;

  constructor(
    private readonly settings: DreamSettings,
    private readonly isPlaying: boolean,
    /** The frame that the present one began with. */
    public begunWith: Kept | undefined,
  ) {
    this.part = this.#partOf(0);
  }

  /** `newest`: the last frame that came, if one did. False where that stage was begun before. */
  begin(stage: number, newest: Kept | undefined): boolean {
    if (stage < this.#stage || (stage === this.#stage && newest)) return false;
    this.#stage = stage;
    this.part = this.#partOf(stage);
    this.playing = playingOf(this.part.played);
    this.begunWith = newest ?? this.begunWith;
    return true;
  }

  #partOf(stage: number): Part {
    const { settings, isPlaying } = this;
    return { settings: stageOf(settings, stage), ...(isPlaying && { played: { recipe: settings, stage } }) };
  }
}

/** Where a frame stands in what was made with its settings. */
export const reachOf = ({ done, frame: { returns } }: Pick<Kept, "done" | "frame">): Reach => ({
  done,
  ...(returns !== undefined && { returns }),
});

/** Whether what is left of the recipe is played from that frame on, or all of it from the start. */
export function isPlayedFrom(settings: DreamSettings, from: Kept | undefined): boolean {
  if (!from || !isPlayed(settings)) return isPlayed(settings);
  const { played, finished } = from;
  if (!played || finished || !isSame(played.recipe, settings)) return false;
  // Of a picture that stands where it was stopped, going on means beyond that.
  return played.stage < (settings.before?.length ?? 0) || !isDeepStrictEqual(reachOf(from), settings.until);
}
