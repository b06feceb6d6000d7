import type { Block, Blocks } from "./blocks.ts";
import { hues } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { symbols } from "./differences.ts";
import type { Difference } from "./differences.ts";
import { shapeText } from "./labels.ts";
import { headerHeight, nameSize, smallSize, triangle } from "./measures.ts";
import type { Measures } from "./measures.ts";
import type { Frame, Picture, PlacedBox, PlacedLink } from "./picture.ts";
import type { Box } from "./scene.ts";
import type { Stroke, Surface } from "./surface.ts";

/** What stands out. */
export interface Marks {
  readonly chosen: Box | undefined;
  /** Where the keyboard is, while it is here. */
  readonly active: Box | undefined;
  readonly hovered: Box | undefined;
  /** Tensors whose way is shown. */
  readonly values: ReadonlySet<number>;
  /** What lies between two nodes; and on the shortest way. */
  readonly between: ReadonlySet<Box>;
  readonly shortest: ReadonlySet<Box>;
  readonly hits: ReadonlySet<Box>;
  readonly differences: ReadonlyMap<Block, Difference>;
}

export const unmarked: Marks = {
  chosen: undefined,
  active: undefined,
  hovered: undefined,
  values: new Set(),
  between: new Set(),
  shortest: new Set(),
  hits: new Set(),
  differences: new Map(),
};

/** "names": what can be read from afar. "all": kinds and shapes too. "attributes": what there is room for, close by. */
export type Detail = "names" | "all" | "attributes";

export interface Drawing {
  readonly picture: Picture;
  readonly blocks: Blocks;
  readonly measures: Measures;
  readonly colors: Colors;
  readonly marks: Marks;
  readonly detail: Detail;
  /** Pixels to a unit of the graph. */
  readonly scale: number;
  /** What lies outside is left out. */
  readonly window: Frame | undefined;
}

const [radius, margin] = [5, 12];
const stripe = 3;

export function draw(surface: Surface, drawing: Drawing): void {
  const { picture, window } = drawing;
  const boxes = window ? picture.boxes.filter((frame) => overlaps(frame, window)) : picture.boxes;
  const links = window ? picture.links.filter(({ bounds }) => overlaps(bounds, window)) : picture.links;
  for (const placed of boxes) if (placed.box.open) drawOpen(surface, drawing, placed);
  const bold = links.filter(({ link }) => isMarked(link.values, drawing.marks));
  for (const placed of links) drawLink(surface, drawing, placed, false);
  for (const placed of bold) drawLink(surface, drawing, placed, true);
  for (const placed of boxes) if (!placed.box.open) drawClosed(surface, drawing, placed);
  for (const placed of boxes) if (placed.box.open) drawHeader(surface, drawing, placed);
  if (drawing.marks.differences.size) for (const placed of boxes) drawDifference(surface, drawing, placed);
  if (drawing.detail === "attributes") labelLinks(surface, drawing, links);
}

export const overlaps = (a: Frame, b: Frame): boolean =>
  a.x <= b.x + b.width && a.x + a.width >= b.x && a.y <= b.y + b.height && a.y + a.height >= b.y;

export const isMarked = (values: readonly number[], { values: marked }: Marks): boolean =>
  marked.size > 0 && values.some((value) => marked.has(value));

/** Letters that can still be read, as far as the box has room for them. */
const sizeFromAfar = (scale: number) => Math.round(10.5 / scale);

function drawOpen(surface: Surface, { colors, marks }: Drawing, placed: PlacedBox): void {
  const { box } = placed;
  surface.box(placed, radius + 2, colors.of.inside, borderOf(box, marks, colors, colors.of.border));
}

function drawHeader(surface: Surface, { colors, measures, marks, detail, scale }: Drawing, placed: PlacedBox): void {
  const { block, x, y, width, box } = placed;
  const { name, badge, shape, trouble } = measures.label(block);
  const color = box === marks.chosen ? colors.of["chosen-border"] : colors.of.text;
  const middle = y + headerHeight / 2 + 2;
  const size = detail === "names" ? Math.min(20, sizeFromAfar(scale)) : nameSize;
  const room = width - margin - 9 - triangle;
  const text = measures.fitted(badge ? `${name}  ${badge}` : name, room, size, true);
  // Lines run through here: what is written stands on ground of its own.
  const written = measures.textWidth(text, size, true);
  surface.box({ x: x + 5, y: y + 3, width: written + triangle + 8, height: headerHeight - 2 }, 3, colors.of.inside);
  surface.triangle(x + 9, middle, true, colors.of.dim);
  surface.text(text, x + 9 + triangle, middle + size * 0.36, size, trouble ? colors.of["warning-text"] : color, true);
  if (detail === "names" || !shape) return;
  const wide = measures.textWidth(shape, smallSize);
  if (wide > room - written - 16) return;
  const right = x + width - margin;
  surface.box({ x: right - wide - 3, y: y + 3, width: wide + 6, height: headerHeight - 2 }, 3, colors.of.inside);
  surface.text(shape, right, middle + 4, smallSize, colors.of.dim, false, "right");
}

function drawClosed(surface: Surface, drawing: Drawing, placed: PlacedBox): void {
  const { colors, marks, measures, detail, scale } = drawing;
  const { block, box, x, y, width, height } = placed;
  const label = measures.label(block);
  const chosen = box === marks.chosen;
  const edge = edgeColor(placed, drawing);
  if (block.times > 1)
    for (const off of [6, 3])
      surface.box({ x: x + off, y: y + off, width, height }, radius, colors.of.box, {
        color: colors.of.border,
        width: 1,
      });
  surface.box(
    placed,
    radius,
    chosen ? colors.of.chosen : colors.of.box,
    borderOf(box, marks, colors, colors.of.border),
  );
  if (!chosen) surface.box({ x: x + 1, y: y + 5, width: stripe, height: height - 10 }, 1.5, edge);
  const text = chosen ? colors.of["chosen-text"] : colors.of.text;
  const dim = chosen ? colors.of["chosen-text"] : colors.of.dim;
  const opens = block.children.length > 0;
  const left = x + margin + (opens ? triangle : 0);
  const badge = label.trouble ? "⚠" : label.badge;
  const room = width - 2 * margin - (opens ? triangle : 0) - (badge ? 8 * badge.length + 4 : 0);
  if (detail === "names") {
    const size = Math.min(sizeFromAfar(scale), Math.floor(height * 0.5));
    const name = measures.fitted(label.name, room, size, true);
    surface.text(name, left, y + height / 2 + size * 0.35, size, text, true);
    if (opens) surface.triangle(x + margin - 2, y + height / 2, false, dim);
    if (badge) surface.text(badge, x + width - 8, y + height / 2 + 5, 14, label.trouble ? colors.of.warning : dim, true, "right"); // prettier-ignore
    return;
  }
  if (detail === "attributes") {
    drawClose(surface, drawing, placed, text, dim);
    return;
  }
  surface.text(measures.fitted(label.name, room, nameSize, true), left, y + 18, nameSize, text, true);
  if (opens) surface.triangle(x + margin - 2, y + 13.5, false, dim);
  if (badge)
    surface.text(badge, x + width - 9, y + 18, smallSize, label.trouble ? colors.of.warning : dim, true, "right");
  measures.lines(block).forEach((line, i) => {
    const kept = measures.fitted(line, width - 2 * margin, smallSize);
    surface.text(kept, x + margin, y + 35 + 14 * i, smallSize, dim);
  });
}

/** Close by, letters need less of the box: there is room for what it reads, and for its name as the file has it. */
function drawClose(surface: Surface, drawing: Drawing, placed: PlacedBox, text: string, dim: string): void {
  const { measures, blocks, colors } = drawing;
  const { block, x, y, width, height } = placed;
  const { name, kind, shape, badge, trouble } = measures.label(block);
  const opens = block.children.length > 0;
  const [size, small, left] = [8, 6.5, x + 9 + (opens ? 9 : 0)];
  const room = width - 18 - (opens ? 9 : 0);
  surface.text(
    measures.fitted([name, badge].filter(Boolean).join("  "), room, size, true),
    left,
    y + 13,
    size,
    text,
    true,
  );
  if (opens) surface.triangle(x + 8, y + 10.2, false, dim);
  const lines = [trouble || kind, shape && `out ${shape}`, inputsText(blocks, placed)].filter(Boolean);
  lines.slice(0, Math.floor((height - 16) / 9)).forEach((line, i) => {
    const color = i === 0 && trouble ? colors.of["warning-text"] : dim;
    surface.text(measures.fitted(line, width - 18, small), x + 9, y + 24 + 9.5 * i, small, color);
  });
}

/** What a node reads: "in 64 × 56 × 56 · weights 96 × 64 × 3 × 3, 96". */
function inputsText({ flow: { structure } }: Blocks, { block }: PlacedBox): string {
  const node = structure.nodes[block.leaf];
  if (!node) return "";
  const read = node.inputs.flatMap((value) => structure.values[value] ?? []);
  const tensors = read.filter(({ weight }) => !weight).map(({ shape }) => shapeText(shape) || "?");
  const weights = read.filter(({ weight }) => weight).map(({ shape }) => shape?.join(" × ") || "number");
  return [tensors.length && `in ${tensors.join(", ")}`, weights.length && `weights ${weights.join(", ")}`]
    .filter(Boolean)
    .join(" · ");
}

/** At the upper right corner: a shape for the kind, and of a block how many things in it differ. */
function drawDifference(
  surface: Surface,
  { colors, marks, measures, detail, scale }: Drawing,
  placed: PlacedBox,
): void {
  const difference = marks.differences.get(placed.block);
  if (!difference) return;
  const { change, inside } = difference;
  const size = detail === "names" ? Math.min(20, sizeFromAfar(scale)) : detail === "all" ? 12 : 8;
  const text = inside ? `${symbols[change]} ${inside}` : symbols[change];
  const width = measures.textWidth(text, size, true) + size * 0.8;
  const height = size * 1.35;
  const frame = { x: placed.x + placed.width - width + 5, y: placed.y - height / 2, width, height };
  surface.box(frame, height / 3, colors.of[change], { color: colors.of.paper, width: 1 });
  surface.text(text, frame.x + size * 0.4, frame.y + size * 1.03, size, colors.of.paper, true);
}

function edgeColor({ block }: PlacedBox, { colors, measures }: Drawing): string {
  if (measures.label(block).trouble) return colors.of.warning;
  return block.alike >= 0 ? colors.alike[block.alike % hues]! : colors.family[measures.family(block)];
}

function borderOf(box: Box, marks: Marks, colors: Colors, plain: string): Stroke {
  if (box === marks.active) return { color: colors.of.focus, width: 2 };
  if (box === marks.chosen) return { color: colors.of["chosen-border"], width: 1.5 };
  if (marks.shortest.has(box)) return { color: colors.of.accent, width: 2.5 };
  if (marks.between.has(box)) return { color: colors.of.accent, width: 1.5, dashed: true };
  if (marks.hits.has(box)) return { color: colors.of.hit, width: 2 };
  const difference = marks.differences.get(box.block);
  if (difference) return { color: colors.of[difference.change], width: 2, dashed: difference.inside > 0 };
  if (box === marks.hovered) return { color: colors.of.link, width: 1.5 };
  return { color: plain, width: 1 };
}

function drawLink(
  surface: Surface,
  { colors, detail }: Drawing,
  { link, points, goesOn }: PlacedLink,
  bold: boolean,
): void {
  const { backwards } = link;
  const width = bold ? 2 : backwards ? 1.5 : link.values.length > 1 ? 1.6 : 1;
  const color = backwards ? colors.of.error : bold ? colors.of.accent : colors.of.link;
  surface.link(points, { color, width, dashed: backwards }, !goesOn && detail !== "names");
}

/** Shapes beside the lines, where they cover nothing. */
function labelLinks(
  surface: Surface,
  { blocks, colors, picture, measures }: Drawing,
  links: readonly PlacedLink[],
): void {
  const size = 6;
  const taken: Frame[] = [];
  for (const { link, points } of links) {
    if (link.from.child < 0) continue;
    const text = linkText(link.values, blocks);
    const [x, y, , below] = points as unknown as [number, number, number, number]; // a link has two places at least
    const frame = { x: x + 3, y: y + 2, width: measures.textWidth(text, size), height: size + 2 };
    if (!text || below - y < frame.height || taken.some((other) => overlaps(other, frame))) continue;
    if (picture.boxes.some((other) => !other.box.open && overlaps(other, frame))) continue;
    taken.push(frame);
    surface.text(text, frame.x, frame.y + size, size, colors.of.dim);
  }
}

export function linkText(values: readonly number[], { flow: { structure } }: Blocks): string {
  const shapes = [...new Set(values.map((value) => shapeText(structure.values[value]?.shape)))];
  return values.length === 1 ? shapes[0]! : `${values.length} tensors`;
}
