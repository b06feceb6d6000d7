// NaN compares with nothing: a sort or a search for the greatest that meets one ends anywhere.

const rank = (score: number | undefined): number => (score === undefined || Number.isNaN(score) ? -Infinity : score);

/** The classes from the highest score on; those whose score is NaN come last. */
export const byScore = (scores: Float32Array): number[] =>
  Array.from(scores.keys()).sort((a, b) => rank(scores[b]) - rank(scores[a]));

/** The class of the highest score; 0 where none is a number. */
export const mostProbable = (scores: Float32Array): number =>
  scores.reduce((best, score, k) => (rank(score) > rank(scores[best]) ? k : best), 0);
