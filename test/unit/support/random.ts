/** Numbers in [0, 1), the same ones for the same seed (Steele's mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Values are multiples of a power of two, so that adding a step that is one too is exact in float32.
const grain = 2 ** -10;

/** Numbers in [-1, 1). */
export function random(seed: number, length: number): Float32Array {
  const next = generator(seed);
  return Float32Array.from({ length }, () => Math.floor((2 * next() - 1) / grain) * grain);
}

/** Numbers in [0.5, 2.5): where logarithms, roots and divisions are at home. */
export const positive = (seed: number, length: number): Float32Array => random(seed, length).map((x) => x + 1.5);

/**
 * Odd multiples of 1/16 around zero, each once, shuffled: no two are nearer than 1/8, and every multiple of 1/8, where
 * kinks are put, is 1/16 away.
 */
export function spaced(seed: number, length: number): Float32Array {
  const values = Float32Array.from({ length }, (_, i) => (i - Math.floor(length / 2) + 0.5) / 8);
  const next = generator(seed);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}

/** An integer from `low` to `high`, both included. */
export const integer = (next: () => number, low: number, high: number): number =>
  low + Math.floor(next() * (high - low + 1));

export const pick = <T>(next: () => number, from: readonly T[]): T => from[integer(next, 0, from.length - 1)]!;
