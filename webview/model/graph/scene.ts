import { isLeaf } from "./blocks.ts";
import type { Block, Blocks } from "./blocks.ts";

/** One box as the open blocks have it. */
export interface Box {
  readonly block: Block;
  readonly parent: Box | undefined;
  readonly open: boolean;
  /** Of an open box. */
  readonly children: readonly Box[];
  /** Tensors that come in from outside, one port each, or all through one where there are many: −1. Of an open box. */
  readonly ins: readonly number[];
  readonly outs: readonly number[];
  /** Between its children, and between them and its own ports. */
  readonly links: readonly Link[];
}

/** Where a link ends: at a child (its place, and a port where the child is open), or at a port of the box itself. */
export interface End {
  readonly child: number;
  readonly port: number;
}
/** The box's own ports, instead of a child's place. */
export const ownIn = -1;
export const ownOut = -2;

export interface Link {
  readonly from: End;
  readonly to: End;
  /** Places in `Structure.values`, each once. */
  readonly values: readonly number[];
  readonly backwards: boolean;
}

export interface Scene {
  readonly root: Box;
  /** All but the root, each before what is in it. */
  readonly boxes: readonly Box[];
  /** The box that shows a block: its own, or that of the closed one around it. */
  boxOf(block: Block): Box | undefined;
}

/** More tensors than this through one side of an open block share a port. */
const mostPorts = 6;

interface Making {
  readonly block: Block;
  readonly parent: Making | undefined;
  readonly open: boolean;
  readonly place: number;
  readonly children: Making[];
  readonly ins: Map<number, number>;
  readonly outs: Map<number, number>;
  readonly links: Map<string, { from: End; to: End; values: Set<number>; backwards: boolean }>;
}

/** What is to be seen while these blocks stand open. */
export function sceneOf({ whole, flow, ofLeaf }: Blocks, open: ReadonlySet<Block>): Scene {
  const shown = new Map<Block, Making>();
  const make = (block: Block, parent: Making | undefined, place: number): Making => {
    const isOpen = !isLeaf(block) && (parent === undefined || open.has(block));
    const made: Making = { block, parent, open: isOpen, place, children: [], ins: new Map(), outs: new Map(), links: new Map() }; // prettier-ignore
    shown.set(block, made);
    if (isOpen) block.children.forEach((child, i) => made.children.push(make(child, made, i)));
    return made;
  };
  const root = make(whole, undefined, 0);
  const visible = ofLeaf.map((block) => {
    for (let each = block; each; each = each.parent) {
      const making = shown.get(each);
      if (making) return making;
    }
    return undefined;
  });

  const routes = flow.wires.flatMap((wire) => {
    const [from, to] = [visible[wire.from], visible[wire.to]];
    return from && to && from !== to ? [{ ...wire, ...route(from, to) }] : [];
  });
  for (const { value, leaving, entering } of routes) {
    for (const box of leaving.slice(1)) box.outs.set(value, 0);
    for (const box of entering.slice(1)) box.ins.set(value, 0);
  }
  for (const box of shown.values()) for (const ports of [box.ins, box.outs]) number(ports);
  for (const { value, leaving, entering, backwards } of routes) {
    leaving.slice(0, -1).forEach((box, i) => {
      const outer = leaving[i + 1]!;
      link(outer, end(box, box.outs, value), { child: ownOut, port: outer.outs.get(value)! }, value, backwards);
    });
    entering.slice(0, -1).forEach((box, i) => {
      const outer = entering[i + 1]!;
      link(outer, { child: ownIn, port: outer.ins.get(value)! }, end(box, box.ins, value), value, backwards);
    });
    const [from, to] = [leaving.at(-1)!, entering.at(-1)!];
    link(from.parent!, end(from, from.outs, value), end(to, to.ins, value), value, backwards);
  }

  const boxes: Box[] = [];
  const finished = new Map<Block, Box>();
  const finish = (making: Making, parent: Box | undefined): Box => {
    const children: Box[] = [];
    const links = [...making.links.values()].map((each) => ({ ...each, values: [...each.values] }));
    const { block, open: isOpen } = making;
    const box: Box = { block, parent, open: isOpen, children, ins: ports(making.ins), outs: ports(making.outs), links };
    finished.set(block, box);
    if (parent) boxes.push(box);
    for (const child of making.children) children.push(finish(child, box));
    return box;
  };
  const finishedRoot = finish(root, undefined);
  return {
    root: finishedRoot,
    boxes,
    boxOf(block) {
      for (let each: Block | undefined = block; each; each = each.parent) {
        const box = finished.get(each);
        if (box) return box;
      }
      return undefined;
    },
  };
}

/** The boxes that a wire leaves and enters, from the inside out, up to those that stand side by side. */
function route(
  from: Making,
  to: Making,
): { readonly leaving: readonly Making[]; readonly entering: readonly Making[] } {
  const [leaving, entering] = [outwards(from), outwards(to)];
  while (leaving.at(-1) === entering.at(-1)) {
    leaving.pop();
    entering.pop();
  }
  return { leaving, entering };
}

function outwards(box: Making): Making[] {
  const found: Making[] = [];
  for (let each: Making | undefined = box; each; each = each.parent) found.push(each);
  return found;
}

function number(ports: Map<number, number>): void {
  const shared = ports.size > mostPorts;
  let next = 0;
  for (const value of ports.keys()) ports.set(value, shared ? 0 : next++);
}

const ports = (values: ReadonlyMap<number, number>): number[] => (values.size > mostPorts ? [-1] : [...values.keys()]);

const end = (box: Making, ports: ReadonlyMap<number, number>, value: number): End => ({
  child: box.place,
  port: box.open ? ports.get(value)! : 0,
});

function link(within: Making, from: End, to: End, value: number, backwards: boolean): void {
  const key = `${from.child}.${from.port}>${to.child}.${to.port}`;
  const known = within.links.get(key);
  if (!known) within.links.set(key, { from, to, values: new Set([value]), backwards });
  else {
    known.values.add(value);
    known.backwards ||= backwards;
  }
}

/** More boxes than this at once can hardly be looked at, nor laid out while somebody waits. */
export const mostBoxes = 6000;

/** What stands open at first: whole levels from the outside in, as long as the picture stays one that can be read. */
export function openAtFirst({ whole }: Blocks, most = 30): ReadonlySet<Block> {
  const open = new Set<Block>();
  let shown = whole.children.length;
  for (let level = whole.children; level.length;) {
    const blocks = level.filter(
      ({ kind }) => kind === "module" || kind === "part" || (kind === "repeat" && shown < few),
    );
    const added = blocks.reduce((sum, { children }) => sum + children.length, 0);
    if (shown + added > most) break;
    for (const block of blocks) open.add(block);
    shown += added;
    level = blocks.flatMap(({ children }) => children);
  }
  return open;
}

/** A picture of fewer boxes has room for what is repeated. */
const few = 8;

/** Everything, or as much of it from the outside in as can be shown. */
export function openAll({ whole }: Blocks): ReadonlySet<Block> {
  const open = new Set<Block>();
  let shown = whole.children.length;
  for (let level = whole.children; level.length;) {
    const opened = level.filter((block) => {
      if (isLeaf(block) || shown + block.children.length > mostBoxes) return false;
      shown += block.children.length;
      open.add(block);
      return true;
    });
    level = opened.flatMap(({ children }) => children);
  }
  return open;
}

/** What a person sees closed while these blocks stand open. */
export const closedIn = ({ all, whole }: Blocks, open: ReadonlySet<Block>): readonly Block[] =>
  all.filter(
    (block) => block.parent && !isLeaf(block) && !open.has(block) && (block.parent === whole || open.has(block.parent)),
  );
