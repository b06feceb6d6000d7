import { isLeaf } from "./blocks.ts";
import type { Block, Blocks } from "./blocks.ts";
import { familyOfBlock } from "./kinds.ts";
import type { Family } from "./kinds.ts";
import { labelOf } from "./labels.ts";
import type { Label } from "./labels.ts";
import { elided } from "./names.ts";
import type { LevelSpec } from "./plan.ts";
import type { Box } from "./scene.ts";

/** Width of a text, in the graph's own units: pixels where it is shown at its natural size. */
export type Measure = (text: string, size: number, bold?: boolean) => number;

export const nameSize = 12.5;
export const smallSize = 11;
export const headerHeight = 24;
const [twoLines, threeLines] = [44, 58];
const [narrowest, widest, margin] = [144, 240, 12];
/** Room for the triangle of a block that opens. */
export const triangle = 13;

/** Texts and sizes of all boxes, each made once. */
export class Measures {
  readonly #labels = new Map<Block, Label>();
  readonly #families = new Map<Block, Family>();
  readonly #fitted = new Map<string, string>();

  constructor(
    private readonly blocks: Blocks,
    private readonly measure: Measure,
  ) {}

  label(block: Block): Label {
    let label = this.#labels.get(block);
    if (!label) this.#labels.set(block, (label = labelOf(block, this.blocks)));
    return label;
  }

  /** What stands under a box's name. */
  lines(block: Block): readonly string[] {
    const { kind, shape } = this.label(block);
    if (isLayer(block)) return [kind, shape].filter(Boolean);
    if (isLeaf(block)) return [shape || kind];
    return [[shape, kind].filter(Boolean).join(" · ")];
  }

  family(block: Block): Family {
    let family = this.#families.get(block);
    if (!family) this.#families.set(block, (family = familyOfBlock(block, this.blocks)));
    return family;
  }

  textWidth(text: string, size: number, bold = false): number {
    return this.measure(text, size, bold);
  }

  /** The text, or as much of it as fits. */
  fitted(text: string, width: number, size: number, bold = false): string {
    const key = `${width | 0} ${size} ${bold} ${text}`;
    const known = this.#fitted.get(key);
    if (known !== undefined) return known;
    // Names differ at their ends, sentences at their beginnings.
    const cut = (most: number) => (bold ? elided(text, most) : `${text.slice(0, most - 1)}…`);
    let kept = text;
    if (this.measure(text, size, bold) > width) {
      let [low, high] = [1, text.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.measure(cut(middle), size, bold) <= width) low = middle;
        else high = middle - 1;
      }
      kept = low === 1 ? "" : cut(low);
    }
    if (this.#fitted.size > 50_000) this.#fitted.clear();
    this.#fitted.set(key, kept);
    return kept;
  }

  /** In steps, so that boxes one below the other have the same width. */
  width(block: Block): number {
    const { name, badge } = this.label(block);
    const lead = block.children.length ? triangle : 0;
    const first = lead + this.measure(name, nameSize, true) + (badge ? this.measure(badge, smallSize) + 10 : 0);
    const below = this.lines(block).map((line) => this.measure(line, smallSize));
    const needed = Math.max(first, ...below) + 2 * margin;
    return Math.min(widest, Math.max(narrowest, Math.ceil(needed / 24) * 24));
  }

  /** What the worker needs to know of an open box. */
  spec(box: Box): LevelSpec {
    return {
      items: box.children.map((child) =>
        child.open
          ? { width: this.#titleWidth(child.block), height: 0, level: this.spec(child) }
          : { width: this.width(child.block), height: this.lines(child.block).length > 1 ? threeLines : twoLines },
      ),
      links: box.links.map(({ from, to }) => [from.child, from.port, to.child, to.port]),
      ins: box.ins.length,
      outs: box.outs.length,
      header: box.parent ? headerHeight : 0,
    };
  }

  #titleWidth(block: Block): number {
    const { name, badge } = this.label(block);
    return Math.min(widest, triangle + this.measure(`${name}  ${badge}`, nameSize, true) + 2 * margin);
  }
}

const isLayer = ({ kind }: Block) => kind === "node" || kind === "layer";
