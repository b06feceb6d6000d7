import { h } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";
import { canvasOfRaster, contextOf, themeColor } from "./canvas.ts";
import { cornerOf, rasterOf, tileAt, tilingOf } from "./tiles.ts";
import type { Tiles, Tiling } from "./tiles.ts";

export interface TileMark {
  readonly kind: "dead" | "alike";
}

export interface ShownTiles {
  readonly tiles: Tiles;
  /** Which tile stands at which slot. */
  readonly order: readonly number[];
  readonly chosen: number | undefined;
  readonly marks: ReadonlyMap<number, TileMark["kind"]>;
  /** What a tile is called aloud. */
  nameOf(tile: number): string;
}

export interface TileEvents {
  /** Without it nothing is chosen here: the arrows only read. */
  readonly chosen: (tile: number) => void;
  readonly pointed: (
    place: { readonly tile: number; readonly row: number; readonly column: number } | undefined,
  ) => void;
}

export interface TileView {
  readonly element: HTMLElement;
  show(shown: ShownTiles): void;
  /** What is drawn, for a file. */
  picture(): HTMLCanvasElement;
  focus(): void;
}

let made = 0;

/** Small pictures in rows: one stop of the Tab key, the arrows choose; the number under each where there is room. */
export function tileView(label: string, events: TileEvents): TileView {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const id = `tile-${made++}`;
  const mark = h("div", { class: "tile-chosen", role: "option", id, "aria-selected": "true", hidden: true });
  const element = h(
    "div",
    { class: "tiles", role: "listbox", tabindex: 0, "aria-label": label, onkeydown: onKey },
    canvas,
    mark,
  );
  let shown: ShownTiles | undefined;
  /** Where the keys stand: keys may come faster than the page is drawn. */
  let cursor: number | undefined;
  let tiling: Tiling | undefined;
  let drawnFor = 0;

  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const place = shown && tiling && tileAt(tiling, shown.order.length, offsetX, offsetY);
    const tile = place && shown?.order[place.slot];
    if (tile !== undefined) events.chosen(tile);
  });
  canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const place = shown && tiling && tileAt(tiling, shown.order.length, offsetX, offsetY);
    const tile = place && shown?.order[place.slot];
    events.pointed(place && tile !== undefined ? { tile, row: place.row, column: place.column } : undefined);
  });
  canvas.addEventListener("pointerleave", () => events.pointed(undefined));
  new ResizeObserver(() => {
    if (shown && element.clientWidth !== drawnFor) draw();
  }).observe(element);

  function onKey(event: KeyboardEvent): void {
    if (!shown || !tiling || event.ctrlKey || event.metaKey || event.altKey) return;
    const { order } = shown;
    const here = cursor === undefined ? -1 : order.indexOf(cursor);
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: here + 1,
      ArrowLeft: here - 1,
      ArrowDown: here < 0 ? 0 : here + tiling.perRow,
      ArrowUp: here - tiling.perRow,
      PageDown: here + 5 * tiling.perRow,
      PageUp: here - 5 * tiling.perRow,
      Home: 0,
      End: order.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const paging = event.key.startsWith("Page");
    const tile = order[paging ? clamp(to, 0, order.length - 1) : to];
    if (tile !== undefined) events.chosen((cursor = tile));
  }

  function draw(): void {
    if (!shown || element.clientWidth === 0) return;
    drawnFor = element.clientWidth;
    tiling = tilingOf({ ...shown.tiles, count: shown.order.length }, drawnFor);
    const raster = canvasOfRaster(rasterOf(shown.tiles, tiling, shown.order));
    const scale = devicePixelRatio;
    canvas.width = Math.round(tiling.width * scale);
    canvas.height = Math.round(tiling.height * scale);
    canvas.style.width = `${tiling.width}px`;
    canvas.style.height = `${tiling.height}px`;
    const context = contextOf(canvas);
    context.imageSmoothingEnabled = false;
    context.drawImage(raster, 0, 0, canvas.width, canvas.height);
    context.scale(scale, scale);
    marks(context, shown, tiling);
    place();
  }

  /** Dead ones are crossed out, doubles have a corner; numbers where they can be read. */
  function marks(context: CanvasRenderingContext2D, { order, marks }: ShownTiles, drawn: Tiling): void {
    const { tileWidth, tileHeight } = drawn;
    const warning = themeColor(element, "--warning");
    const ink = themeColor(element, "--vscode-foreground");
    const paper = themeColor(element, "--vscode-editor-background");
    context.font = `10px ${getComputedStyle(element).fontFamily}`;
    context.lineJoin = "round";
    order.forEach((tile, slot) => {
      const [x, y] = cornerOf(drawn, slot);
      const kind = marks.get(tile);
      if (kind === "dead") {
        for (const [style, width] of [
          [paper, 4],
          [warning, 2],
        ] as const) {
          context.strokeStyle = style;
          context.lineWidth = width;
          context.beginPath();
          context.moveTo(x + 1, y + 1);
          context.lineTo(x + tileWidth - 1, y + tileHeight - 1);
          context.moveTo(x + tileWidth - 1, y + 1);
          context.lineTo(x + 1, y + tileHeight - 1);
          context.stroke();
        }
      } else if (kind === "alike") {
        const side = Math.max(5, tileWidth / 5);
        context.fillStyle = warning;
        context.strokeStyle = paper;
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(x + tileWidth, y);
        context.lineTo(x + tileWidth - side, y);
        context.lineTo(x + tileWidth, y + side);
        context.closePath();
        context.fill();
        context.stroke();
      }
      if (tileHeight >= 30 && tileWidth >= 30) {
        context.lineWidth = 3;
        context.strokeStyle = paper;
        context.fillStyle = ink;
        context.strokeText(String(tile), x + 3, y + tileHeight - 4);
        context.fillText(String(tile), x + 3, y + tileHeight - 4);
      }
    });
  }

  function place(): void {
    const slot = shown?.chosen === undefined ? -1 : shown.order.indexOf(shown.chosen);
    mark.hidden = slot < 0 || !tiling;
    if (slot < 0 || !tiling || shown?.chosen === undefined) return element.removeAttribute("aria-activedescendant");
    const [left, top] = cornerOf(tiling, slot);
    const lengths = { left, top, width: tiling.tileWidth, height: tiling.tileHeight };
    for (const [property, length] of Object.entries(lengths)) mark.style.setProperty(property, `${length}px`);
    mark.setAttribute("aria-label", shown.nameOf(shown.chosen));
    mark.dataset["tile"] = String(shown.chosen);
    element.setAttribute("aria-activedescendant", id);
  }

  return {
    element,
    show(next) {
      const before = shown;
      shown = next;
      cursor = next.chosen;
      if (before?.tiles === next.tiles && before.order === next.order && before.marks === next.marks) place();
      else draw();
      if (before && before.chosen !== next.chosen && !mark.hidden) mark.scrollIntoView({ block: "nearest" });
    },
    picture: () => canvas,
    focus: () => element.focus(),
  };
}
