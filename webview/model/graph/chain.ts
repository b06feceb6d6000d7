import type { ItemPlan, ItemSpec, LevelPlan, LevelSpec } from "./plan.ts";
import { ownIn, ownOut } from "./scene.ts";

/** Room around what is in a block, and between two boxes one below the other. */
export const [side, between] = [14, 30];

/** An item whose inside is laid out, if it has one. */
export interface Sized extends Omit<ItemSpec, "level"> {
  readonly level?: LevelPlan;
}

export const sized = ({ width, height }: ItemSpec, plan: LevelPlan | undefined): Sized =>
  plan ? { width: Math.max(width, plan.width), height: plan.height, level: plan } : { width, height };

/** Ports of its own have a row each, above and below the boxes: room enough there. */
export const paddingOf = ({ ins, outs, header }: LevelSpec): { readonly top: number; readonly bottom: number } => ({
  top: ins ? Math.max(0, header - 10) : header + side,
  bottom: outs ? 0 : side,
});

/** A long row of boxes of about one size is cut into columns side by side: nobody scrolls through 300 screens. */
export function isLongRow(items: readonly Sized[]): boolean {
  const heights = items.map(({ height }) => height);
  const height = heights.reduce((sum, each) => sum + each + between, 0);
  return items.length >= 8 && height > tallest && Math.max(...heights) < 2 * (height / items.length);
}
const tallest = 2600;

/**
 * Boxes one below the other, each feeding the next alone, need no solver: what most networks are from afar is drawn before
 * the one that solves the rest has started. Just where that would put them. Undefined where the level is no chain.
 */
export function chainPlan(level: LevelSpec, items: readonly Sized[]): LevelPlan | undefined {
  if (!isChain(level) || isLongRow(items)) return undefined;
  const { ins, outs } = level;
  const { top, bottom } = paddingOf(level);
  const port = between + 1; // a row of its own, 1 high

  // One straight line goes through all: where it crosses each box, from its left edge.
  const enters = items.map(({ width, level }) => level?.ins[0] ?? width / 2);
  const shifts = [0];
  items.slice(1).forEach((_, i) => {
    const { width, level } = items[i]!;
    shifts.push(shifts[i]! + (level?.outs[0] ?? width / 2) - enters[i + 1]!);
  });
  const left = Math.min(...shifts);
  const xs = shifts.map((shift) => side + shift - left);

  let y = top + (ins ? port : 0);
  const plans = items.map(({ width, height }, i): ItemPlan => {
    const plan = { x: xs[i]!, y, width, height };
    y += height + between;
    return plan;
  });
  const end = y - between;
  const height = end + (outs ? port : 0) + bottom;
  const entry = xs[0]! + enters[0]!;
  const { width: lastWidth, level: lastLevel } = items.at(-1)!;
  const exit = xs.at(-1)! + (lastLevel?.outs[0] ?? lastWidth / 2);
  return {
    width: Math.max(...plans.map(({ x, width }) => x + width)) + side,
    height,
    items: plans,
    links: level.links.map(([from, , to]) => {
      if (from === ownIn) return Float32Array.of(entry, 0, entry, plans[0]!.y);
      if (to === ownOut) return Float32Array.of(exit, end, exit, height);
      const x = plans[to]!.x + enters[to]!;
      return Float32Array.of(x, plans[from]!.y + plans[from]!.height, x, plans[to]!.y);
    }),
    ins: ins ? [entry] : [],
    outs: outs ? [exit] : [],
  };
}

/** All of it, where it is chains in chains. */
export function planOfChains(level: LevelSpec): LevelPlan | undefined {
  const items: Sized[] = [];
  for (const item of level.items) {
    const inner = item.level && planOfChains(item.level);
    if (item.level && !inner) return undefined;
    items.push(sized(item, inner));
  }
  const plan = chainPlan(level, items);
  return plan && { ...plan, items: plan.items.map((item, i) => withLevel(item, items[i]?.level)) };
}

export const withLevel = (item: ItemPlan, level: LevelPlan | undefined): ItemPlan =>
  level ? { ...item, level } : item;

function isChain({ items, links, ins, outs }: LevelSpec): boolean {
  if (items.length === 0 || ins > 1 || outs > 1 || links.length !== items.length - 1 + ins + outs) return false;
  // So many links that go nowhere else join all of them.
  return (
    links.every(([from, , to]) =>
      from === ownIn ? to === 0 : to === ownOut ? from === items.length - 1 : from >= 0 && to === from + 1,
    ) && new Set(links.map(([from]) => from)).size === links.length
  );
}
