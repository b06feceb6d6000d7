import type { DreamSettings } from "../shared/dream-panel.ts";
import { isOfOutcome } from "../shared/dream-outcome.ts";
import type { Note } from "../shared/updates.ts";
import type { Kept } from "./dream-film.ts";

// What a run says by itself, beside what the engine says of it.

const mostNotes = 20;

/** What is said later under the same key, or once more, takes the other's place. */
export const withNote = (notes: readonly Note[], note: Note): readonly Note[] =>
  [...notes.filter(({ key, text }) => key !== note.key && text !== note.text), note].slice(-mostNotes);

export const nothingLeft: Note = {
  kind: "note",
  key: "nothing-left",
  title: "Done",
  level: "info",
  text: "All steps are done: more of them, or an earlier frame, leave something to do.",
};

/** What is said of a picture that is through; it is not meant of another that grows from it. */
export const isOfTheEnd = (note: Note): boolean => isOfOutcome(note) || note.key === nothingLeft.key;

export const begunAnew: Note = {
  kind: "note",
  key: "begun-anew",
  title: "Begun anew",
  level: "info",
  text: "The pictures of a sheet belong together: with other settings all are made anew. Steps and rate may change.",
};

export const startsAnew: Note = {
  kind: "note",
  key: "starts-anew",
  title: "No way on from here",
  level: "info",
  text: "Of this frame the picture alone was kept, since what it takes to go on from it is too large: going on starts anew.",
};

export const savedAlone: Note = {
  ...startsAnew,
  text: "This is a picture from a file, which holds nothing to go on from: going on starts anew.",
};

export const ofAnotherPhoto = (name: string): Note => ({
  kind: "note",
  key: "of-another-photo",
  title: "Begun anew",
  level: "info",
  text: `The picture so far is of ${name}: with another photo it begins anew.`,
});

/** As long as what a recipe gave is chosen. */
export function playedRecipe({ opened, before, until }: DreamSettings): Note | undefined {
  if (!opened) return undefined;
  const stages = before ? `, in ${before.length + 1} stages` : "";
  const steps = until && (until.done === 1 ? "one step" : `${until.done} steps`);
  const end = steps === undefined ? "" : `, ${before ? "the last of " : ""}which ends after ${steps}`;
  const comes = opened.makesAnother
    ? "not all of it can be followed here, and another picture comes of it."
    : "the same picture comes of it, as long as no setting is changed.";
  return {
    kind: "note",
    key: "played-recipe",
    title: "A recipe",
    level: "info",
    text: `By the recipe of ${opened.of}${stages}${end}: ${comes}`,
  };
}

/** What a recipe gave is chosen no more. */
export const playedNoMore: Note = {
  kind: "note",
  key: "played-no-more",
  title: "Another picture",
  level: "info",
  text: "A setting was changed: the recipe that was opened is played no more, and another picture comes than its own.",
};

const staysKey = "stays";

export const stays = (what: readonly string[]): Note => ({
  kind: "note",
  key: staysKey,
  title: "From the next start on",
  level: "info",
  text: `While this picture grows, ${what.join(", ")}: what is chosen now counts from the next start on.`,
});

export const saysWhatStays = ({ key }: Note): boolean => key === staysKey;

/** Large pictures leave little room. */
export const earlier = ({ octave, step }: Kept): Note => ({
  kind: "note",
  key: "earlier",
  title: "From a little earlier",
  level: "info",
  text: `Of this frame the picture alone was kept: it goes on from octave ${octave}, step ${step}.`,
});
