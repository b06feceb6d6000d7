import type { Note } from "../shared/updates.ts";
import type { Kept } from "./dream-film.ts";

// What a run says by itself, beside what the engine says of it.

export const nothingLeft: Note = {
  kind: "note",
  key: "nothing-left",
  title: "Done",
  level: "info",
  text: "All steps are done: more of them, or an earlier frame, leave something to do.",
};

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

/** Large pictures leave little room. */
export const earlier = ({ octave, step }: Kept): Note => ({
  kind: "note",
  key: "earlier",
  title: "From a little earlier",
  level: "info",
  text: `Of this frame the picture alone was kept: it goes on from octave ${octave}, step ${step}.`,
});
