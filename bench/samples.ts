// Clocks and what is made of their readings. The machines that this runs on are shared and noisy: what is to be compared
// is run in turn, medians are quoted with the least and the greatest reading, and ratios are taken within a turn.

/** Milliseconds, or ratios, or whatever was measured several times. */
export type Samples = readonly number[];

export function median(samples: Samples): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The reading that so many percent of them do not exceed. */
export function percentile(samples: Samples, percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}

/** How much greater the last reading is than the first, as a share of it, by the straight line of least squares through all. */
export function trend(samples: Samples): number {
  const last = samples.length - 1;
  const mean = samples.reduce((sum, n) => sum + n, 0) / samples.length;
  let [along, across] = [0, 0];
  samples.forEach((n, i) => {
    along += (i - last / 2) ** 2;
    across += (i - last / 2) * (n - mean);
  });
  const rise = (across / along) * last;
  return rise / (mean - rise / 2);
}

/** "12.3 (11.9–14.0)": the median, the least and the greatest. */
export function spread(samples: Samples, text: (n: number) => string = short): string {
  if (!samples.length) return "–";
  return `${text(median(samples))} (${text(Math.min(...samples))}–${text(Math.max(...samples))})`;
}

export const short = (n: number): string => (n < 10 ? n.toFixed(2) : n < 100 ? n.toFixed(1) : n.toFixed(0));

export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

export const ratios = (above: Samples, below: Samples): Samples => above.map((n, i) => n / below[i]!);

/** How many milliseconds it takes. */
export async function clocked(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of all this process's threads together: what other programs do meanwhile hardly changes it. */
export async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

export interface Turns {
  readonly most: number;
  /** No further turn begins after so many seconds, once there were three. */
  readonly seconds: number;
}

/** Takes the readings in turn, after one turn that does not count: there, programs are compiled and files cached. */
export async function inTurn<K extends string>(
  readings: Readonly<Record<K, () => Promise<number>>>,
  { most, seconds }: Turns,
): Promise<Readonly<Record<K, Samples>>> {
  const names = Object.keys(readings) as K[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
  for (const name of names) await readings[name]();
  const end = performance.now() + 1000 * seconds;
  for (let turn = 0; turn < most && (turn < 3 || performance.now() < end); turn++)
    for (const name of names) samples[name].push(await readings[name]());
  return samples;
}
