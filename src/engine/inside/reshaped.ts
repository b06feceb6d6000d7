import type { Shape } from "../../shared/tensor.ts";
import type { Axes, Role } from "./axes.ts";

/**
 * Axes after a reshape. Neighbours that are written as one (rows and columns as tokens), or one as several (the channels
 * of attention's heads), are matched group by group from the left; what mixes roles otherwise runs over nothing in particular.
 */
export function reshaped(axes: Axes, from: Shape, to: Shape): Axes | undefined {
  const roles: Role[] = [];
  let { grid, before } = axes;
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [firstIn, firstOut] = [i, j];
    let [a, b] = [from[i++] ?? 1, to[j++] ?? 1];
    while (a !== b) {
      if (a < b && i < from.length) a *= from[i++] ?? 1;
      else if (a > b && j < to.length) b *= to[j++] ?? 1;
      else return undefined;
    }
    const [ins, outs] = [from.slice(firstIn, i), to.slice(firstOut, j)];
    const its = axes.roles.slice(firstIn, i);
    if (isGrid(its, ins) && outs.filter((n) => n > 1).length === 1) {
      [grid, before] = [ins.filter((n) => n > 1) as [number, number], 0]; // isGrid: there are two
      roles.push(...fill(outs, ["token"], spare(its, ins)));
    } else roles.push(...fill(outs, split(its, ins, outs, axes), spare(its, ins)));
  }
  return { roles, grid: roles.includes("token") ? grid : undefined, before };
}

const large = (roles: readonly Role[], shape: Shape) => roles.filter((_, i) => (shape[i] ?? 1) > 1);
const spare = (roles: readonly Role[], shape: Shape) => roles.filter((_, i) => shape[i] === 1);

const isGrid = (roles: readonly Role[], shape: Shape): boolean => large(roles, shape).join() === "row,column";

/** Roles of the axes longer than one. */
function split(roles: readonly Role[], ins: Shape, outs: Shape, { grid, before }: Axes): readonly Role[] {
  const own = large(roles, ins);
  const lengths = outs.filter((n) => n > 1);
  if (own.length === lengths.length && ins.filter((n) => n > 1).every((n, i) => n === lengths[i])) return own;
  const [only, ...others] = [...new Set(own)];
  if (only === undefined || others.length) return lengths.map(() => "other");
  if (only !== "token") return lengths.map(() => (only === "batch" ? "other" : only));
  const unfolded = before === 0 && grid?.join() === lengths.join();
  return unfolded ? ["row", "column"] : lengths.map(() => "other");
}

/** Axes of length one take the roles of those that were there, in order: the batch above all. */
function fill(outs: Shape, roles: readonly Role[], ones: readonly Role[]): Role[] {
  const [own, rest] = [[...roles], [...ones]];
  return outs.map((n) => (n > 1 ? own : rest).shift() ?? "other");
}
