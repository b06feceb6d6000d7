import { h } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count } from "../../shared/words.ts";
import type { View } from "../view.ts";
import type { Block } from "./blocks.ts";
import { layerOf, tell, told } from "./choosing.ts";
import type { Colors } from "./colors.ts";
import { comparison } from "./compared.ts";
import { differencesOf } from "./differences.ts";
import { find } from "./find.ts";
import "./graph.css";
import { destination } from "./keys.ts";
import { exitValue, pathName } from "./labels.ts";
import { Layouter } from "./layouter.ts";
import { minimap } from "./minimap.ts";
import { listenToPointer, openMenu } from "./pointer.ts";
import type { Pointed } from "./pointer.ts";
import { outline } from "./outline.ts";
import { pictureFile } from "./save.ts";
import { stage } from "./stage.ts";
import { GraphState } from "./state.ts";
import { strip } from "./strip.ts";
import { colorsOf } from "./theme-colors.ts";
import { tools, zoomStep } from "./tools.ts";
import { tooltip } from "./tooltip.ts";
import { tree } from "./tree.ts";

const help =
  "Arrows move along the lines, Enter opens and closes a block, plus, minus and 0 zoom, T follows the output of a node. " +
  "Shift with an arrow goes on to another node while the chosen one stays chosen, and Shift with Enter then shows the way " +
  "from the chosen one to it. Shift with F10 opens the menu of a node.";
/** The session hears of a box when the keys rest on it, and of the camera when it rests. */
const [choicePause, cameraPause] = [140, 400];

/** The graph of the model: blocks that open and close in place, the way of every tensor between them, and a search. */
export function graph(view: View): Region {
  const { session } = view;
  const layouter = new Layouter(() => session.host.layoutWorker(undefined));
  const text = document.createElement("canvas").getContext("2d");
  let colors: Colors | undefined;
  let focused = false;
  let choice = 0;
  let resting = 0;
  let loaded: readonly unknown[] = [];
  let matched: readonly unknown[] = [];
  let heard: string | undefined;
  let { traced } = session;
  /** Before the card is there, layers have no names. */
  let named = false;
  /** Nobody has looked around in it yet, in this run of the page or before. */
  const isNew = session.remembered.camera === undefined;

  const state = new GraphState({
    layOut: (level) => layouter.layOut(level),
    measure(words, size, bold = false) {
      if (!text) return words.length * size * 0.6;
      text.font = `${bold ? "600 " : ""}${size}px ${nowColors().font}`;
      return text.measureText(words).width;
    },
    changed: () => drawn.schedule(),
    failed: (error) => session.say(error instanceof Error ? error.message : String(error), "warning"),
    said: (words) => session.say(words),
  });
  let warmed = false;
  const warm = () => {
    if (warmed) return;
    warmed = true;
    void layouter.start().catch(() => undefined); // the first layout will say what went wrong
  };
  const nowColors = () => (colors ??= colorsOf(element));

  const said = view.announce;
  const search = find(state, (block) => goTo(block, true), said);
  const line = strip(state, (block) => goTo(block, true));
  const beside = comparison(session, state, (block) => goTo(block, true));
  const hint = tooltip(state);
  const small = minimap(state, nowColors);
  const list = tree(state, (block) => choose(block));
  const empty = h("p", { class: "graph-empty dim" });
  const words = outline(
    state,
    (block) => choose(block),
    () => canvasPlace.focus({ preventScroll: true }),
  );
  const drawn = stage(state, nowColors, () => focused, afterDrawing);
  const canvasPlace = h(
    "div",
    {
      class: "graph-view",
      role: "application",
      tabindex: 0,
      "aria-label": "Graph of the model",
      "aria-roledescription": "graph",
      "aria-owns": "graph-tree",
      "aria-describedby": "graph-help",
      onkeydown: onKey,
      onfocus: () => setFocused(true),
      onblur: () => setFocused(false),
      oncontextmenu: onMenuKey,
    },
    drawn.canvas,
    hint.element,
    small.element,
    empty,
    words.element,
  );
  const top = h("div", { class: "graph-top" }, search.element, tools(state, save));
  const element = h(
    "div",
    { class: "graph" },
    top,
    canvasPlace,
    line.element,
    beside.element,
    list.element,
    h("p", { class: "unseen", id: "graph-help" }, help),
  );
  view.graph = { search: () => search.focus(), fit: () => state.fit() };
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    search.focus();
  });
  listenToPointer(drawn.canvas, state, {
    click(block, extended) {
      canvasPlace.focus({ preventScroll: true });
      if (extended && state.chosen) wayTo(block);
      else choose(block);
    },
    clickLink: ({ link: { values } }) => follow(values[0]),
    clickNothing: () => state.follow(undefined),
    point,
    layerOf: (block) => state.graph && layerOf(session, block, state.graph.blocks),
  });
  function point(at: Pointed | undefined): void {
    hint.point(at);
    const box = at?.placed?.box;
    const values = at?.link?.link.values ?? (box && !box.open ? valuesOf(box.block) : []);
    drawn.canvas.classList.toggle("over", box !== undefined || at?.link !== undefined);
    if (box === state.hovered && String(values) === String(state.hoveredValues)) return;
    state.hovered = box;
    state.hoveredValues = values;
    state.changed();
  }

  /** What leaves a box. */
  function valuesOf(block: Block): readonly number[] {
    const { flow } = state.graph?.blocks ?? {};
    const value = flow && exitValue(block, flow);
    return value === undefined ? [] : [value];
  }

  function choose(block: Block, pause = 0): void {
    state.active = state.chosen = block;
    state.changed();
    clearTimeout(choice);
    choice = setTimeout(() => {
      if (!state.graph) return;
      tell(session, block, state.graph.blocks);
      heard = toldKey();
    }, pause); // a page's timers are numbers
  }

  function goTo(block: Block, centre = false): void {
    choose(block, choicePause);
    state.reveal(block, centre);
  }

  function wayTo(block: Block, another = "choose another to see the way to it"): void {
    const from = state.chosen;
    if (!from) return;
    if (from === block) session.say(`${pathName(from)} is the chosen one itself: ${another}.`);
    else if (!state.findBetween(from, block)) {
      state.follow(undefined);
      session.say(`No tensor runs from ${pathName(from)} to ${pathName(block)}, nor back.`);
    } else if (state.between)
      said(`${count(state.between.all.size, "node")} from ${pathName(from)} to ${pathName(block)}`);
  }

  function follow(value: number | undefined): void {
    state.follow(value);
    line.update();
    said(line.element.textContent);
  }

  function onKey(event: KeyboardEvent): void {
    if (event.target !== canvasPlace || event.ctrlKey || event.metaKey || event.altKey) return;
    const current = state.active ?? state.chosen;
    const to = destination(state, event.key);
    if (to) {
      if (event.shiftKey) {
        state.active = to;
        state.changed();
      } else choose(to, choicePause);
      state.reveal(to);
      if (state.graph) said(`${to.name}, ${state.graph.measures.label(to).shape}`);
    } else if (event.key === "Enter" && event.shiftKey && current)
      wayTo(current, "Shift with an arrow goes on to another");
    else if (event.key === "Enter" || event.key === " ") {
      if (current) state.toggle(shownBlock(current));
    } else if (event.key === "+" || event.key === "=") state.zoom(zoomStep);
    else if (event.key === "-") state.zoom(1 / zoomStep);
    else if (event.key === "0") state.fit();
    else if (event.key === "t" && current) follow(valuesOf(current)[0]);
    else if (event.key === "Escape" && (state.between || state.followed !== undefined)) state.follow(undefined);
    else return;
    event.preventDefault();
  }

  /** The keys' menu is that of the box where they are: as if it was asked for there. */
  function onMenuKey(event: MouseEvent): void {
    if (event.target !== canvasPlace) return;
    event.preventDefault();
    event.stopPropagation();
    const block = state.active ?? state.chosen;
    const box = block && state.picture?.scene.boxOf(block);
    if (!box) return;
    state.reveal(box.block);
    openMenu(drawn.canvas, state, box);
  }

  /** Enter opens what stands there, even if what was chosen is inside. */
  const shownBlock = (block: Block): Block => state.picture?.scene.boxOf(block)?.block ?? block;

  function setFocused(is: boolean): void {
    focused = is;
    state.active ??= state.chosen;
    state.changed();
  }

  function save(kind: "png" | "svg"): void {
    const name = session.subject.value?.name.replace(/\.[^.]*$/, "") ?? "model";
    void session.attempt(async () => {
      const bytes = await pictureFile(state, nowColors(), kind);
      await session.host.savePicture({ name: `${name} graph.${kind}`, bytes, kind });
    });
  }

  function afterDrawing(): void {
    element.dataset["boxes"] = String(state.picture?.boxes.length ?? 0);
    small.draw();
    line.update();
    words.update();
    const id = list.update();
    if (id === undefined) canvasPlace.removeAttribute("aria-activedescendant");
    else canvasPlace.setAttribute("aria-activedescendant", id);
    clearTimeout(resting);
    resting = setTimeout(keep, cameraPause); // a page's timers are numbers
  }

  /** Remembers what stands open, and where one looks. */
  function keep(): void {
    const { camera, picture, view } = state;
    if (!camera || !picture) return;
    const open = [...state.open].map(({ key }) => key);
    const { camera: before, open: openBefore } = session.remembered;
    const now = { ...camera, height: view.height };
    const same = JSON.stringify(before) === JSON.stringify(now);
    if (!same || String(openBefore) !== String(open)) session.remember({ camera: now, open });
  }

  const toldKey = () => JSON.stringify([session.remembered.layer, session.remembered.node, session.layers.length > 0]);

  return {
    element,
    update() {
      const { value: structure, state: asked } = session.structure;
      // Asked for behind what is to be seen first, and before that is drawn: a page's first question is what its host waits for.
      if (asked.status !== "idle") warm();
      const now = [structure, session.card.value?.layers];
      if (structure && now.some((each, i) => each !== loaded[i])) {
        const first = loaded.length === 0;
        loaded = now;
        if (first && session.remembered.camera) state.restore(session.remembered.camera);
        state.load(structure, session.layers, session.remembered.open);
        search.again();
      }
      compare();
      empty.hidden = structure !== undefined && structure.nodes.length > 0;
      empty.textContent = structure
        ? "The file holds no node."
        : asked.status === "failed"
          ? ""
          : "Reading the model …";
      const key = `${view.theme} ${document.documentElement.style.cssText.length}`;
      if (key !== element.dataset["theme"]) {
        element.dataset["theme"] = key;
        colors = undefined;
        state.changed();
      }
      hear();
      trace();
      words.update();
    },
  };

  /** What the menu of a box asked for. */
  function trace(): void {
    if (session.traced === traced) return;
    traced = session.traced;
    const block = traced && state.graph?.blocks.byKey.get(traced.box);
    if (!block) return;
    canvasPlace.focus({ preventScroll: true }); // where Escape ends it
    if (traced?.trace === "way") wayTo(block);
    else follow(valuesOf(block)[0]);
  }

  function compare(): void {
    const now = [state.graph, session.compared];
    if (now.some((each, i) => each !== matched[i])) {
      matched = now;
      state.differences = state.graph ? differencesOf(state.graph.blocks, session.compared) : new Map();
      state.changed();
    }
    beside.update();
  }

  /** Follows what was chosen elsewhere. What was there from the start is brought into sight, but nothing is opened for it. */
  function hear(): void {
    if (!state.graph) return;
    const key = toldKey();
    if (key === heard) return;
    const isFirst = heard === undefined || !named;
    heard = key;
    named = session.layers.length > 0;
    const block = told(session, state.graph.blocks);
    if (!block || block === state.chosen) return;
    state.chosen = state.active = block;
    if (!isFirst || (session.remembered.layer !== undefined && isNew)) state.reveal(block);
    else state.beginAt(block);
    state.changed();
  }
}
