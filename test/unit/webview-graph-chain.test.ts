import assert from "node:assert/strict";
import { Arranger, solved } from "../../webview/model/graph/arrange.ts";
import { chainPlan, planOfChains } from "../../webview/model/graph/chain.ts";
import { elk } from "../../webview/model/graph/elk.ts";
import type { LevelPlan, LevelSpec } from "../../webview/model/graph/plan.ts";
import { ownIn, ownOut } from "../../webview/model/graph/scene.ts";

type Link = LevelSpec["links"][number];
type Sized = Parameters<typeof chainPlan>[1][number];

const layOut = elk();

/** Boxes in a row, with a port of its own at its upper or lower end, or at both. */
function chainOf(items: readonly Sized[], ins: number, outs: number): LevelSpec {
  const links: Link[] = items.slice(1).map((_, i) => [i, 0, i + 1, 0] as const);
  if (ins) links.unshift([ownIn, 0, 0, 0]);
  if (outs) links.push([items.length - 1, 0, ownOut, 0]);
  return {
    items: items.map(({ width, height }) => ({ width, height })),
    links,
    ins,
    outs,
    header: ins || outs ? 24 : 0,
  };
}

/** Two branches of which one leaves: its ports are not in its middle. */
const fork: LevelSpec = {
  items: [
    { width: 144, height: 44 },
    { width: 168, height: 58 },
    { width: 240, height: 58 },
    { width: 144, height: 44 },
  ],
  links: [[ownIn, 0, 0, 0], [0, 0, 1, 0], [0, 0, 2, 0], [1, 0, 3, 0], [2, 0, 3, 0], [1, 0, ownOut, 0]], // prettier-ignore
  ins: 1,
  outs: 1,
  header: 24,
};

const plain = (plan: LevelPlan | undefined) => plan && { ...plan, links: plan.links.map((points) => [...points]) };

describe("a graph that is a chain", () => {
  it("is laid out just as ELK would", async () => {
    const inner = await new Arranger(layOut).arrange(fork);
    assert.ok(inner && inner.ins[0] !== inner.outs[0]);
    const box = (width: number, height: number): Sized => ({ width, height });
    const open: Sized = { width: inner.width, height: inner.height, level: inner };
    const rows: readonly (readonly Sized[])[] = [
      [box(144, 44)],
      [box(144, 44), box(240, 58), box(168, 58)],
      [box(240, 58), open, box(144, 44), open, open],
      [open, box(192, 58)],
    ];
    for (const items of rows)
      for (const [ins, outs] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const level = chainOf(items, ins, outs);
        const expected = await solved(level, items, layOut);
        const named = `${items.length} boxes, ${ins} in, ${outs} out`;
        const { items: boxes, links, ...rest } = plain(chainPlan(level, items)) ?? assert.fail(named);
        const { items: elkBoxes, links: elkLinks, ...elkRest } = plain(expected)!;
        assert.deepEqual(boxes, elkBoxes, named);
        assert.deepEqual(links, elkLinks, named);
        assert.deepEqual(rest, elkRest, named);
      }
  });

  it("is known from what is none", () => {
    const items: readonly Sized[] = Array.from({ length: 4 }, () => ({ width: 144, height: 44 }));
    const chain = chainOf(items, 1, 1);
    assert.ok(chainPlan(chain, items));
    const others: readonly (readonly Link[])[] = [
      chain.links.slice(1),
      [...chain.links, [0, 0, 2, 0]],
      chain.links.map(([a, b, c, d]) => [a, b, c === 3 ? 1 : c, d] as const),
      chain.links.map(([a, b, c, d]) => (a === 1 ? [2, b, 1, d] : [a, b, c, d])),
      chain.links.map(([a, b, c, d]) => (a === 2 ? [1, b, 2, d] : [a, b, c, d])),
    ];
    for (const links of others) assert.equal(chainPlan({ ...chain, links }, items), undefined, JSON.stringify(links));
    assert.equal(chainPlan({ ...chain, items: [], links: [] }, []), undefined);
    const long: readonly Sized[] = Array.from({ length: 60 }, () => ({ width: 144, height: 58 }));
    assert.equal(chainPlan(chainOf(long, 0, 0), long), undefined, "a long row goes in columns");
  });

  it("needs nobody to lay it out, blocks within blocks too", () => {
    const inner = chainOf([{ width: 168, height: 58 }, { width: 144, height: 58 }], 1, 1); // prettier-ignore
    const outer = chainOf([{ width: 144, height: 44 }, { width: 100, height: 0 }, { width: 144, height: 44 }], 0, 0); // prettier-ignore
    const [first, , last] = outer.items;
    const plan = planOfChains({ ...outer, items: [first!, { width: 100, height: 0, level: inner }, last!] });
    assert.deepEqual(
      plan?.items[1]?.level?.items.map(({ y }) => y),
      [45, 133],
    );
    assert.equal(plan.items[1]?.height, 222);
    assert.equal(planOfChains({ ...outer, items: [first!, { width: 100, height: 0, level: fork }, last!] }), undefined);
  });
});
