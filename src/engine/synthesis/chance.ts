import { random } from "../images/arithmetic.ts";

/**
 * The chances of one step: they depend on the seed and the step alone, so that a run that goes on from the middle draws
 * what the whole one would have drawn.
 */
export function chances(seed: number, octave: number, step: number): () => number {
  // Neighbouring seeds of the generator give unlike numbers; large odd factors keep the three apart.
  return random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(octave + 1, 0x85ebca77) ^ Math.imul(step + 1, 0xc2b2ae3d));
}

/** A whole number from −most to most. */
export const within = (next: () => number, most: number): number => Math.floor(next() * (2 * most + 1)) - most;

export const oneOf = (next: () => number, of: readonly number[]): number => of[Math.floor(next() * of.length)] ?? 0;
