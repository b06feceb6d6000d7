import type { LayerCard } from "../../../src/shared/protocol.ts";
import type { Structure } from "../../../src/shared/structure.ts";
import { count } from "../../shared/words.ts";
import { around, blocksOf, isLeaf } from "./blocks.ts";
import type { Block, Blocks } from "./blocks.ts";
import { beginning, fitting, isInSight, keeping, pannedBy, revealing, within, zoomedAt } from "./camera.ts";
import type { Camera, Size } from "./camera.ts";
import type { Difference } from "./differences.ts";
import type { Marks } from "./draw.ts";
import { flowOf } from "./flow.ts";
import { pathName } from "./labels.ts";
import { Measures } from "./measures.ts";
import type { Measure } from "./measures.ts";
import { pictureOf } from "./picture.ts";
import type { Frame, Picture } from "./picture.ts";
import type { LevelPlan, LevelSpec } from "./plan.ts";
import { closedIn, mostBoxes, openAll, openAtFirst, sceneOf } from "./scene.ts";
import type { Box } from "./scene.ts";
import { Search } from "./search.ts";
import { Trace } from "./trace.ts";
import type { Between } from "./trace.ts";

const roomWords = `the graph shows ${mostBoxes.toLocaleString("en")} boxes at most. Close others to make room.`;

/** A graph, its boxes, and all that can be asked of them. */
export interface Graph {
  readonly blocks: Blocks;
  readonly measures: Measures;
  readonly search: Search;
  readonly trace: Trace;
}

interface Helpers {
  readonly layOut: (level: LevelSpec) => Promise<LevelPlan | undefined>;
  readonly measure: Measure;
  /** Something is to be drawn anew. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
  /** For the person to read. */
  readonly said: (words: string) => void;
}

/** What the graph's region shows, and what a person has pointed out in it. Knows nothing of how it is drawn. */
export class GraphState {
  graph: Graph | undefined;
  open: ReadonlySet<Block> = new Set();
  picture: Picture | undefined;
  camera: Camera | undefined;
  view: Size = { width: 0, height: 0 };
  chosen: Block | undefined;
  /** Where the keyboard is. */
  active: Block | undefined;
  hovered: Box | undefined;
  hoveredValues: readonly number[] = [];
  /** The tensor that is followed. */
  followed: number | undefined;
  between: Between | undefined;
  hits: readonly Block[] = [];
  /** How it differs from the model that it is compared with. */
  differences: ReadonlyMap<Block, Difference> = new Map();
  /** Counts the pictures; minimap and list follow it. */
  version = 0;
  /** Why there is no picture of what stands open. */
  failure: string | undefined;
  readonly #afterLayout: (() => void)[] = [];
  /** Counts the layouts that were asked for; the last one is drawn when it has the same number. */
  #asked = 0;
  #answered = 0;
  /** Where the camera was put by itself, for as long as nobody moved it. */
  #begun: Camera | undefined;
  #marks: Marks | undefined;

  constructor(private readonly helpers: Helpers) {}

  /** Another structure, or names for it. What stood open stays so, by its key. */
  load(structure: Structure, layers: readonly LayerCard[], open: readonly string[] | undefined): void {
    const before = this.graph ? [...this.open].map(({ key }) => key) : open;
    const blocks = blocksOf(flowOf(structure), layers);
    this.graph = {
      blocks,
      measures: new Measures(blocks, this.helpers.measure),
      search: new Search(blocks),
      trace: new Trace(blocks.flow),
    };
    const again = (block: Block | undefined) => block && blocks.byKey.get(block.key);
    this.chosen = again(this.chosen);
    this.active = again(this.active);
    this.between = this.hovered = this.followed = undefined;
    this.hoveredValues = this.hits = [];
    const kept = before?.flatMap((key) => blocks.byKey.get(key) ?? []);
    this.#setOpen(kept ? new Set(kept) : openAtFirst(blocks));
  }

  toggle(block: Block): void {
    if (isLeaf(block)) return;
    const open = new Set(this.open);
    if (!open.delete(block)) {
      if ((this.picture?.boxes.length ?? 0) + block.children.length > mostBoxes) {
        this.helpers.said(`${pathName(block)} stays closed: ${roomWords}`);
        return;
      }
      open.add(block);
    }
    this.#setOpen(open, block);
  }

  openEverything(): void {
    if (!this.graph) return;
    const { blocks } = this.graph;
    const open = openAll(blocks);
    const closed = closedIn(blocks, open).length;
    if (closed) this.helpers.said(`${count(closed, "block")} ${closed === 1 ? "stays" : "stay"} closed: ${roomWords}`);
    this.#setOpen(open, this.active);
  }

  closeEverything(): void {
    this.#setOpen(new Set());
    this.#afterLayout.push(() => this.begin());
  }

  /** Opens what hides a block, and moves to it only if it is out of sight, or if `centre` is said. */
  reveal(block: Block, centre = false): void {
    const closed = around(block).filter((outer) => !this.open.has(outer));
    const look = () => {
      const frame = this.frameOf(block);
      if (!frame || !this.camera) return;
      const seen = revealing(this.camera, frame, this.view);
      const moved = centre && seen === this.camera;
      this.camera = moved ? { ...seen, x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 } : seen;
      this.changed();
    };
    if (closed.length) this.#setOpen(new Set([...this.open, ...closed]));
    this.#whenDrawn(look);
  }

  /** Brings a block into sight, or the closed one that hides it, as long as nobody has looked elsewhere. */
  beginAt(block: Block): void {
    this.#whenDrawn(() => {
      const frame = this.frameOf(block);
      if (!frame || !this.camera || this.camera !== this.#begun) return;
      const seen = revealing(this.camera, frame, this.view);
      if (seen !== this.camera) this.look((this.#begun = within(seen, this.#all(), this.view)));
    });
  }

  /** Of a block, or of the closed one that hides it. */
  frameOf(block: Block): Frame | undefined {
    const box = this.picture?.scene.boxOf(block);
    return box && this.picture?.placeOf.get(box);
  }

  /** Looks where one looked in a view of that height, whatever height this one has and comes to have. */
  restore({ x, y, scale, height = 0 }: Camera & { readonly height?: number }): void {
    this.camera = { x, y, scale };
    if (this.view.height === 0) this.view = { width: 0, height };
    else if (height > 0) this.camera = { x, y: y + (this.view.height - height) / 2 / scale, scale };
  }

  begin(): void {
    const { picture } = this;
    if (!picture) return;
    const [first] = picture.scene.boxes;
    this.#begun = beginning(this.#all(), this.view, first && picture.placeOf.get(first));
    this.look(this.#begun);
  }

  fit(): void {
    if (this.picture) this.look(fitting(this.#all(), this.view));
  }

  zoom(factor: number, x = this.view.width / 2, y = this.view.height / 2): void {
    if (this.camera) this.look(zoomedAt(this.camera, this.view, factor, x, y));
  }

  pan(dx: number, dy: number): void {
    if (this.camera) this.look(pannedBy(this.camera, dx, dy));
  }

  look(camera: Camera): void {
    this.camera = camera;
    this.helpers.changed();
  }

  resize(view: Size): void {
    const [before, { camera }] = [this.view, this];
    this.view = view;
    // What was at the upper edge stays there, unless that would push out of sight what is chosen.
    if (camera && before.height > 0) {
      const edge = { ...camera, y: camera.y + (view.height - before.height) / 2 / camera.scale };
      const frame = this.chosen && this.frameOf(this.chosen);
      const isLost = frame && isInSight(camera, frame, before) && !isInSight(edge, frame, view);
      this.camera = isLost ? keeping(edge, frame, view) : edge;
      if (camera === this.#begun) this.#begun = this.camera;
    }
    if (this.picture && !camera) this.begin();
    this.helpers.changed();
  }

  /** Finds what lies between two blocks; false where no tensor runs from one to the other. */
  findBetween(a: Block, b: Block): boolean {
    this.between = this.graph?.trace.between(a, b);
    this.followed = undefined;
    this.changed();
    return this.between !== undefined;
  }

  follow(value: number | undefined): void {
    this.followed = value;
    this.between = undefined;
    this.changed();
  }

  changed(): void {
    this.#marks = undefined;
    this.helpers.changed();
  }

  /** What stands out, by the boxes that are there now. */
  marks(focused: boolean): Marks {
    this.#marks ??= this.#newMarks();
    return focused ? this.#marks : { ...this.#marks, active: undefined };
  }

  #newMarks(): Marks {
    const boxOf = (block: Block | undefined) => block && this.picture?.scene.boxOf(block);
    const boxes = (blocks: Iterable<Block | undefined>) =>
      new Set([...blocks].flatMap((block) => boxOf(block) ?? []).filter(({ open }) => !open));
    const leaves = (found: Iterable<number>) => [...found].map((leaf) => this.graph?.blocks.ofLeaf[leaf]);
    return {
      chosen: boxOf(this.chosen),
      active: boxOf(this.active),
      hovered: this.hovered,
      values: new Set(this.followed === undefined ? this.hoveredValues : [this.followed, ...this.hoveredValues]),
      between: boxes(leaves(this.between?.all ?? [])),
      shortest: boxes(leaves(this.between?.shortest ?? [])),
      hits: boxes(this.hits),
      differences: this.differences,
    };
  }

  #all(): Frame {
    return { x: 0, y: 0, width: this.picture?.width ?? 1, height: this.picture?.height ?? 1 };
  }

  /** `anchor` stays where it is on the screen, whatever moves around it. */
  #setOpen(open: ReadonlySet<Block>, anchor?: Block): void {
    const { graph } = this;
    if (!graph) return;
    this.open = open;
    this.failure = undefined;
    const scene = sceneOf(graph.blocks, open);
    const number = ++this.#asked;
    void this.helpers.layOut(graph.measures.spec(scene.root)).then(
      (plan) => {
        // Another one was asked for since then: what waits for a picture waits for that.
        if (!plan || number !== this.#asked) return;
        this.#answered = number;
        const before = anchor && this.frameOf(anchor);
        this.picture = pictureOf(scene, plan);
        this.hovered = undefined;
        this.hoveredValues = [];
        const after = anchor && this.frameOf(anchor);
        if (this.camera && before && after) {
          const dx = after.x + after.width / 2 - before.x - before.width / 2;
          this.camera = { ...this.camera, x: this.camera.x + dx, y: this.camera.y + after.y - before.y };
        }
        if (!this.camera && this.view.width > 0) this.begin();
        this.version++;
        for (const next of this.#afterLayout.splice(0)) next();
        this.changed();
      },
      (error: unknown) => {
        if (number !== this.#asked) return;
        this.#answered = number;
        this.#afterLayout.length = 0;
        this.failure = error instanceof Error ? error.message : String(error);
        this.helpers.failed(error);
        this.changed();
      },
    );
  }

  #whenDrawn(action: () => void): void {
    if (this.picture && this.#answered === this.#asked) action();
    else this.#afterLayout.push(action);
  }
}
