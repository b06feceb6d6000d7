import assert from "node:assert/strict";
import { Arranger } from "../../webview/model/graph/arrange.ts";
import { blocksOf } from "../../webview/model/graph/blocks.ts";
import type { Block } from "../../webview/model/graph/blocks.ts";
import {
  beginning,
  fitting,
  inSight,
  keeping,
  revealing,
  toGraph,
  toView,
  within,
  zoomedAt,
} from "../../webview/model/graph/camera.ts";
import { detailAt } from "../../webview/model/graph/detail.ts";
import { unmarked, draw } from "../../webview/model/graph/draw.ts";
import { elk } from "../../webview/model/graph/elk.ts";
import { flowOf } from "../../webview/model/graph/flow.ts";
import { Measures } from "../../webview/model/graph/measures.ts";
import { boxAt, linkAt, neighbour, pictureOf } from "../../webview/model/graph/picture.ts";
import type { Frame, Picture } from "../../webview/model/graph/picture.ts";
import { openAll, openAtFirst, sceneOf } from "../../webview/model/graph/scene.ts";
import { GraphState } from "../../webview/model/graph/state.ts";
import { escaped, svgSurface } from "../../webview/model/graph/svg.ts";
import type { Colors } from "../../webview/model/graph/colors.ts";
import { chain, residual, structureOf } from "./webview-graph-support.ts";
import type { Step } from "./webview-graph-support.ts";

const lay = elk();
let runs = 0;
const arranger = new Arranger((graph) => {
  runs++;
  return lay(graph);
});
const measure = (text: string, size: number) => text.length * size * 0.55;

async function laidOut(steps: readonly Step[], opened: (blocks: ReturnType<typeof blocksOf>) => ReadonlySet<Block>) {
  const blocks = blocksOf(flowOf(structureOf(steps)));
  const measures = new Measures(blocks, measure);
  const scene = sceneOf(blocks, opened(blocks));
  const plan = await arranger.arrange(measures.spec(scene.root));
  return { blocks, measures, picture: pictureOf(scene, plan!) };
}

const right = ({ x, width }: Frame) => x + width;
const bottom = ({ y, height }: Frame) => y + height;

function assertSound(picture: Picture): void {
  for (const placed of picture.boxes) {
    const outer = placed.box.parent && picture.placeOf.get(placed.box.parent);
    const around = outer ?? { x: 0, y: 0, width: picture.width, height: picture.height };
    const name = placed.block.key;
    assert.ok(placed.x >= around.x && right(placed) <= right(around), `${name} stands inside its block`);
    assert.ok(placed.y >= around.y && bottom(placed) <= bottom(around), `${name} stands inside its block`);
    for (const other of picture.boxes) {
      if (other === placed || other.box.parent !== placed.box.parent) continue;
      const apart =
        other.x >= right(placed) || placed.x >= right(other) || other.y >= bottom(placed) || placed.y >= bottom(other);
      assert.ok(apart, `${name} and ${other.block.key} do not overlap`);
    }
  }
}

describe("the layout of a graph", () => {
  it("puts blocks in blocks, and nothing on something else", async () => {
    for (const open of [openAtFirst, openAll, () => new Set<Block>()])
      assertSound((await laidOut(residual(2, 3), open)).picture);
  });

  it("runs downwards, and lines begin and end at their boxes", async () => {
    const { picture } = await laidOut(residual(2, 2), openAll);
    let checked = 0;
    const visit = (box: Picture["scene"]["root"]) => {
      for (const link of box.links) {
        const [from, to] = [box.children[link.from.child], box.children[link.to.child]].map(
          (child) => child && picture.placeOf.get(child),
        );
        const drawn = picture.links.find((placed) => placed.link === link);
        assert.ok(drawn);
        const [points, last] = [drawn.points, drawn.points.length - 2];
        if (from) {
          assert.ok(Math.abs(points[1]! - bottom(from)) < 0.01);
          assert.ok(points[0]! > from.x && points[0]! < right(from));
        }
        if (to) {
          assert.ok(Math.abs(points[last + 1]! - to.y) < 0.01);
          assert.ok(points[last]! > to.x && points[last]! < right(to));
        }
        if (from && to) assert.ok(bottom(from) < to.y);
        checked++;
      }
      box.children.forEach(visit);
    };
    visit(picture.scene.root);
    assert.equal(checked, picture.links.length);
  });

  it("joins the lines inside and outside of an open block at its edge", async () => {
    const { picture } = await laidOut(residual(1, 2), openAll);
    const ends = picture.links.map(({ points }) => [points[0], points[1], points.at(-2), points.at(-1)].map((n) => Math.round(n!))); // prettier-ignore
    let joints = 0;
    const visit = (box: Picture["scene"]["root"]) => {
      for (const { from, to } of box.links) {
        const outer = picture.placeOf.get(box);
        if (from.child >= 0 && to.child >= 0) continue;
        const edge = Math.round(from.child < 0 ? outer!.y : bottom(outer!));
        const mine = ends.filter(([, y0, , y1]) => (from.child < 0 ? y0 : y1) === edge);
        const others = ends.filter(([, y0, , y1]) => (from.child < 0 ? y1 : y0) === edge);
        const isMet = ([x0, , x1]: readonly (number | undefined)[]) =>
          others.some(([a, , b]) => Math.abs(from.child < 0 ? b! - x0! : a! - x1!) <= 1);
        assert.ok(mine.length > 0 && mine.every(isMet));
        joints++;
      }
      box.children.forEach(visit);
    };
    visit(picture.scene.root);
    assert.ok(joints >= 4);
  });

  it("lays out equal blocks once, and nothing again", async () => {
    runs = 0;
    const arranged = new Arranger((graph) => (runs++, lay(graph)));
    const blocks = blocksOf(flowOf(structureOf(residual(1, 6))));
    const measures = new Measures(blocks, measure);
    const all = sceneOf(blocks, openAll(blocks));
    await arranged.arrange(measures.spec(all.root));
    const first = runs;
    await arranged.arrange(measures.spec(all.root));
    assert.equal(runs, first);
    const one = new Set([...openAll(blocks)].filter(({ key }) => key !== "stage0/3/conv1"));
    await arranged.arrange(measures.spec(sceneOf(blocks, one).root));
    assert.ok(runs <= first + 3, `${runs - first} levels were laid out again`);
  });

  it("cuts into columns what would be taller than anybody scrolls", async () => {
    const { picture } = await laidOut(chain(90), () => new Set());
    assertSound(picture);
    assert.ok(picture.height < 3 * picture.width, `${picture.width} × ${picture.height}`);
    const few = (await laidOut(chain(20), () => new Set())).picture;
    assert.equal(new Set(few.boxes.map(({ x, width }) => x + width / 2)).size, 1);
  });

  it("makes one column of what cannot be cut", async () => {
    const blocks = blocksOf(flowOf(structureOf(chain(90))));
    const scene = sceneOf(blocks, new Set());
    const refusing = new Arranger((graph) =>
      graph.layoutOptions?.["elk.layered.wrapping.strategy"] ? Promise.reject(new Error("no")) : lay(graph),
    );
    const plan = await refusing.arrange(new Measures(blocks, measure).spec(scene.root));
    assertSound(pictureOf(scene, plan!));
  });

  it("stops for a newer wish", async () => {
    const blocks = blocksOf(flowOf(structureOf(residual(2, 2))));
    const spec = new Measures(blocks, measure).spec(sceneOf(blocks, openAll(blocks)).root);
    assert.equal(await new Arranger(lay).arrange(spec, () => true), undefined);
  });

  it("draws a circle, its fault backwards", async () => {
    const structure = structureOf([
      { op: "Add", reads: ["in", "c"], makes: "a" },
      { op: "Relu", reads: ["a"], makes: "c" },
      { op: "Relu", reads: ["c"], makes: "out" },
    ]);
    const blocks = blocksOf(flowOf({ ...structure, cycle: [0, 1] }));
    const scene = sceneOf(blocks, new Set());
    const plan = await arranger.arrange(new Measures(blocks, measure).spec(scene.root));
    const picture = pictureOf(scene, plan!);
    assertSound(picture);
    const [fault, ...more] = picture.links.filter(({ link }) => link.backwards);
    assert.ok(fault && !more.length);
    assert.ok(fault.points[1]! > fault.points.at(-1)!);
  });
});

describe("what is under the pointer", () => {
  it("is the innermost box, and the line beside it", async () => {
    const { picture } = await laidOut(residual(1, 2), openAll);
    for (const placed of picture.boxes) {
      const found = boxAt(picture, placed.x + 2, placed.y + 2);
      assert.equal(found, placed);
    }
    const [link] = picture.links;
    const [x, y] = [link!.points[0]!, (link!.points[1]! + link!.points[3]!) / 2];
    assert.equal(linkAt(picture, x + 2, y, 4), link);
    assert.equal(linkAt(picture, -500, -500, 4), undefined);
  });

  it("has neighbours to its sides", async () => {
    const { picture } = await laidOut(
      [
        { op: "Conv", name: "l", reads: ["in"], makes: "a" },
        { op: "Conv", name: "r", reads: ["in"], makes: "b" },
        { op: "Add", name: "s", reads: ["a", "b"], makes: "out" },
      ],
      () => new Set(),
    );
    const at = (name: string) => picture.boxes.find(({ block }) => block.name === name)!;
    const [one, other] = at("l").x < at("r").x ? [at("l"), at("r")] : [at("r"), at("l")];
    assert.equal(neighbour(picture, one, "right"), other);
    assert.equal(neighbour(picture, other, "left"), one);
    assert.equal(neighbour(picture, other, "right"), undefined);
  });
});

describe("the camera", () => {
  const view = { width: 600, height: 400 };
  const camera = { x: 100, y: 50, scale: 0.5 };

  it("keeps what is under the pointer where it is, while it zooms", () => {
    const place = toGraph(camera, view, 120, 333);
    const [x, y] = toView(zoomedAt(camera, view, 1.7, 120, 333), view, ...place);
    assert.ok(Math.abs(x - 120) < 1e-9 && Math.abs(y - 333) < 1e-9);
  });

  it("fits everything, and never closer than it reads well", () => {
    const frame = { x: 10, y: 20, width: 3000, height: 500 };
    const seen = inSight(fitting(frame, view), view);
    assert.ok(seen.x <= frame.x && right(seen) >= right(frame) && seen.y <= frame.y && bottom(seen) >= bottom(frame));
    assert.ok(fitting({ x: 0, y: 0, width: 10, height: 10 }, view).scale <= 1.25);
  });

  it("begins where a long graph begins, readable", () => {
    const frame = { x: 0, y: 0, width: 200, height: 9000 };
    const first = beginning(frame, view);
    assert.ok(first.scale >= 0.6);
    assert.ok(inSight(first, view).y <= 0 && inSight(first, view).y > -60);
  });

  it("begins at the first box of a wide graph, and shows no more emptiness than it must", () => {
    const frame = { x: 0, y: 0, width: 5000, height: 3000 };
    const first = { x: 20, y: 14, width: 144, height: 44 };
    const seen = inSight(beginning(frame, view, first), view);
    assert.ok(seen.x <= first.x && right(seen) >= right(first) && seen.y <= first.y && bottom(seen) >= bottom(first));
    assert.ok(seen.x >= -60 && seen.y >= -60);
    const last = within({ x: 5000, y: 3000, scale: 1 }, frame, view);
    assert.ok(right(inSight(last, view)) <= 5030 && bottom(inSight(last, view)) <= 3030);
    const small = within({ x: 900, y: 900, scale: 1 }, { x: 0, y: 0, width: 50, height: 40 }, view);
    assert.deepEqual([small.x, small.y], [25, 20]);
  });

  it("moves only for what is out of sight", () => {
    const near = { x: 90, y: 40, width: 40, height: 20 };
    assert.equal(revealing(camera, near, view), camera);
    const far = { x: 5000, y: 40, width: 40, height: 20 };
    const moved = inSight(revealing(camera, far, view), view);
    assert.ok(moved.x <= far.x && right(moved) >= right(far));
  });
});

describe("a view that becomes smaller", () => {
  const camera = { x: 500, y: 500, scale: 1 };
  const frame = { x: 400, y: 600, width: 160, height: 60 };

  it("moves as little as keeps a box in sight, with a margin", () => {
    assert.deepEqual(keeping(camera, frame, { width: 600, height: 400 }), camera);
    assert.deepEqual(keeping(camera, frame, { width: 600, height: 200 }), { ...camera, y: 660 + 24 - 100 });
    assert.deepEqual(keeping(camera, { ...frame, y: 300 }, { width: 600, height: 200 }), { ...camera, y: 300 - 24 + 100 }); // prettier-ignore
  });

  it("shows the beginning of a box that is larger", () => {
    const { y } = keeping(camera, { ...frame, height: 900 }, { width: 600, height: 200 });
    assert.equal(y, 600 - 24 + 100);
  });
});

describe("the graph as an SVG file", () => {
  const plain = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, "#123456"]));
  const colors = {
    of: plain(["paper", "text", "dim", "box", "border", "inside", "link", "accent", "chosen", "chosen-text", "chosen-border", "focus", "warning", "error", "hit"]), // prettier-ignore
    family: plain(["weighted", "norm", "activation", "pooling", "join", "shape", "other", "end"]),
    alike: ["#1", "#2", "#3", "#4", "#5", "#6"],
    font: 'a "font"',
  } as unknown as Colors; // the names are those of the types

  it("is well formed, whatever the names are, and has every box", async () => {
    const hostile = 'a<script>&"\u0000\uD800';
    const steps = residual(1, 1).map((step) => (step.op === "Add" ? { ...step, name: hostile } : step));
    const { blocks, measures, picture } = await laidOut(steps, openAll);
    const surface = svgSurface(colors.font);
    draw(surface, { picture, blocks, measures, colors, marks: unmarked, detail: "all", scale: 1, window: undefined });
    const text = surface.file(picture, "#fff");
    assert.ok(!text.includes("<script"));
    assert.ok(text.includes("&lt;script&gt;"));
    assert.ok(!/[\u0000-\u0008]/.test(text));
    const tags = [...text.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)];
    const depth = tags.reduce((sum, [, close, , self]) => sum + (self ? 0 : close ? -1 : 1), 0);
    assert.equal(depth, 0);
    assert.ok((text.match(/<rect/g) ?? []).length > picture.boxes.length);
    for (const name of ["conv1", "conv2", "3 × 3, stride 2"]) assert.ok(text.includes(name), name);
  });

  it("tells more of each box the closer one looks", async () => {
    const { blocks, measures, picture } = await laidOut(residual(1, 1), openAll);
    const told = (scale: number) => {
      const surface = svgSurface(colors.font);
      const detail = detailAt(scale);
      draw(surface, { picture, blocks, measures, colors, marks: unmarked, detail, scale, window: undefined });
      const file = surface.file(picture, "#fff");
      return [detail, ...["conv1", "3 × 3, stride 2", "weights "].map((text) => file.includes(text))];
    };
    assert.deepEqual(told(0.4), ["names", true, false, false]);
    assert.deepEqual(told(1), ["all", true, true, false]);
    assert.deepEqual(told(2), ["attributes", true, true, true]);
  });

  it("writes an opacity beside the colour, not within", () => {
    const surface = svgSurface("serif");
    surface.box({ x: 0, y: 0, width: 1, height: 1 }, 0, "#12345680", { color: "#abcdef33", width: 1 });
    surface.text("plain", 0, 0, 8, "#123456");
    const text = surface.file({ width: 1, height: 1 }, "#ffffff");
    assert.match(text, / fill="#123456" fill-opacity="0.5" stroke="#abcdef" stroke-opacity="0.2" /);
    assert.match(text, /<text [^>]*fill="#123456">plain</);
  });

  it("escapes what XML forbids", () => {
    assert.equal(escaped('<a b="c">&\u0001'), "&lt;a b=&quot;c&quot;&gt;&amp;\uFFFD");
    assert.equal(escaped("😀"), "😀");
  });
});

describe("a graph of more boxes than are shown at once", () => {
  const nothing = () => undefined;

  it("says how many blocks stay closed, and which one does not open", async () => {
    const said: string[] = [];
    let drawn: () => void = nothing;
    const state = new GraphState({
      layOut: (level) => arranger.arrange(level),
      measure,
      changed: () => drawn(),
      failed: (error) => assert.fail(String(error)),
      said: (words) => said.push(words),
    });
    const next = () => new Promise<void>((resolve) => (drawn = resolve));
    state.load(structureOf(chain(300)), [], []);
    await next();
    state.openEverything();
    await next();
    assert.deepEqual(said, []);
    state.load(structureOf(chain(7000)), [], []);
    await next();
    state.openEverything();
    await next();
    const closed = state.picture!.boxes.filter(({ block, box }) => block.children.length > 0 && !box.open);
    const why = "closed: the graph shows 6,000 boxes at most. Close others to make room.";
    assert.deepEqual(said, [`${closed.length} blocks stay ${why}`]);
    const { block } = closed[0]!;
    state.toggle(block);
    assert.equal(said[1], `${block.name} stays ${why}`);
    assert.equal(state.open.has(block), false);
  });
});
