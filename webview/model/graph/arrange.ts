import { between, chainPlan, isLongRow, paddingOf, side, sized, withLevel } from "./chain.ts";
import type { Sized } from "./chain.ts";
import type { ElkExtendedEdge, ElkNode, LayOut } from "./elk.ts";
import type { ItemSpec, LevelPlan, LevelSpec } from "./plan.ts";
import { ownIn, ownOut } from "./scene.ts";

const options: Readonly<Record<string, string>> = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.spacing.nodeNodeBetweenLayers": `${between}`,
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "10",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "9",
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.thoroughness": "5",
  // What the file has first stands on the left, where nothing speaks against it.
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

const inColumns: Readonly<Record<string, string>> = {
  "elk.layered.wrapping.strategy": "MULTI_EDGE",
  "elk.aspectRatio": "1",
};

/**
 * Lays out blocks in blocks, each by itself and the inner ones first: opening one leaves the insides of all others as they
 * were, and what was laid out once is remembered.
 */
export class Arranger {
  /** Without what is inside the items; those that are being laid out, too: blocks that are built alike ask at the same time. */
  readonly #known = new Map<string, Promise<LevelPlan>>();

  constructor(private readonly layOut: LayOut) {}

  /** Undefined where `outdated` said so before the end. */
  async arrange(level: LevelSpec, outdated: () => boolean = () => false): Promise<LevelPlan | undefined> {
    const inner = await Promise.all(level.items.map((item) => this.#inner(item, outdated)));
    if (outdated()) return undefined;
    const items = level.items.map((item, i) => sized(item, inner[i]));
    const key = JSON.stringify([level.links, level.ins, level.outs, level.header, items.map(measures)]);
    let known = this.#known.get(key);
    if (!known) {
      if (this.#known.size >= mostKnown) this.#known.clear();
      known = this.#laidOut(level, items);
      this.#known.set(key, known);
      // What went wrong once may go right the next time.
      known.catch(() => this.#known.delete(key));
    }
    const plan = await known;
    return { ...plan, items: plan.items.map((item, i) => withLevel(item, inner[i])) };
  }

  async #laidOut(level: LevelSpec, items: readonly Sized[]): Promise<LevelPlan> {
    return chainPlan(level, items) ?? solved(level, items, this.layOut);
  }

  async #inner({ level }: ItemSpec, outdated: () => boolean): Promise<LevelPlan | undefined> {
    return level && this.arrange(level, outdated);
  }
}

/** Far more than anybody opens and closes; what grows without end is a leak. */
const mostKnown = 3000;

const measures = ({ width, height, level }: Sized) => [width, height, portsOf(level)];
const portsOf = (level: LevelPlan | undefined) => level && [level.ins, level.outs];

/** One level as ELK lays it out. */
export async function solved(level: LevelSpec, items: readonly Sized[], layOut: LayOut): Promise<LevelPlan> {
  if (isLongRow(items)) {
    // Not every graph can be cut into columns: then it is one, however tall.
    const graph = await layOut(graphOf(level, items, inColumns)).catch(() => undefined);
    if (graph) return planOf(level, items, graph);
  }
  return planOf(level, items, await layOut(graphOf(level, items)));
}

function graphOf(level: LevelSpec, items: readonly Sized[], more: Readonly<Record<string, string>> = {}): ElkNode {
  const children: ElkNode[] = items.map(({ width, height, level }, i) => ({
    id: `n${i}`,
    width,
    height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [
      ...(level?.ins ?? [width / 2]).map((x, port) => ({ id: `n${i}i${port}`, ...atSide("NORTH"), x, y: 0 })),
      ...(level?.outs ?? [width / 2]).map((x, port) => ({ id: `n${i}o${port}`, ...atSide("SOUTH"), x, y: height })),
    ],
  }));
  for (let port = 0; port < level.ins; port++) children.push(ownPort(`i${port}`, "FIRST_SEPARATE"));
  for (let port = 0; port < level.outs; port++) children.push(ownPort(`o${port}`, "LAST_SEPARATE"));
  const edges: ElkExtendedEdge[] = level.links.map(([from, out, to, into], i) => ({
    id: `e${i}`,
    sources: [from === ownIn ? `i${out}` : `n${from}o${out}`],
    targets: [to === ownOut ? `o${into}` : `n${to}i${into}`],
  }));
  const { top, bottom } = paddingOf(level);
  const padding = `[top=${top},left=${side},bottom=${bottom},right=${side}]`;
  return { id: "level", layoutOptions: { ...options, ...more, "elk.padding": padding }, children, edges };
}

const atSide = (name: string) => ({ width: 0, height: 0, layoutOptions: { "elk.port.side": name } });

const ownPort = (id: string, constraint: string): ElkNode => ({
  id,
  width: 1,
  height: 1,
  layoutOptions: { "elk.layered.layering.layerConstraint": constraint },
});

function planOf(level: LevelSpec, items: readonly Sized[], graph: ElkNode): LevelPlan {
  const places = new Map(graph.children?.map((child) => [child.id, child]));
  const xOf = (id: string) => (places.get(id)?.x ?? 0) + 0.5;
  const [width, height] = [graph.width ?? 0, graph.height ?? 0];
  return {
    width,
    height,
    items: items.map(({ width, height }, i) => {
      const { x = 0, y = 0 } = places.get(`n${i}`) ?? {};
      return { x, y, width, height };
    }),
    links: level.links.map(([from, , to], i) => {
      const edge = graph.edges?.[i]; // they come back as they were sent
      const points = (edge?.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
        [startPoint, ...bendPoints, endPoint].flatMap(({ x, y }) => [x, y]),
      );
      // From the very edge of the block, where the link outside ends.
      if (from === ownIn && points.length) points[1] = 0;
      if (to === ownOut && points.length) points[points.length - 1] = height;
      return Float32Array.from(points);
    }),
    ins: Array.from({ length: level.ins }, (_, port) => xOf(`i${port}`)),
    outs: Array.from({ length: level.outs }, (_, port) => xOf(`o${port}`)),
  };
}
