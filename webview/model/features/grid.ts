import { h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { figure, percent } from "../../shared/words.ts";
import { contextMenu } from "../context-menu.ts";
import type { View } from "../view.ts";
import { drawTile, mapLabel } from "./grid-drawing.ts";
import { isNumbers, verdictOf } from "./held.ts";
import type { Held } from "./held.ts";
import { inksOf } from "./inks.ts";
import { boxOf, gap, inSight, moved, tileAt, tilingOf } from "./tiling.ts";
import type { Tiling } from "./tiling.ts";
import type { Tiles } from "./tiles.ts";
import type { Work } from "./work.ts";

const least = { map: 72, bar: 260 };
const barHeight = 20;

/** All channels of the layer: only those in sight are drawn, on one canvas that stays where one looks. */
export function grid(view: View, work: Work, tiles: Tiles): Region {
  const { session } = view;
  const canvas = h("canvas", { class: "map-tiles" });
  const room = h("div", { class: "map-room" }, canvas);
  const spoken = h("div", { role: "option", id: "channel-spoken", class: "unseen", "aria-selected": "true" });
  const element = h(
    "div",
    {
      class: "map-scroller",
      role: "listbox",
      tabindex: 0,
      "aria-label": "Channels",
      "aria-activedescendant": "channel-spoken",
    },
    room,
    spoken,
  );
  let tiling: Tiling = tilingOf(0, 1, 1, { ratio: 1 });
  let layer = "";

  const indexAt = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = room.getBoundingClientRect();
    return tileAt(tiling, clientX - left, clientY - top);
  };
  const hover = (channel: number | undefined) => {
    if (channel === session.hovered) return;
    session.hovered = channel;
    room.title = channel === undefined ? "" : elided(channel);
    session.changed();
  };
  /** The whole of a label that does not fit its tile. */
  const elided = (channel: number): string => {
    const [context, { a }] = [canvas.getContext("2d"), work];
    if (!context || !a || isNumbers(a)) return "";
    const { whole, shown } = mapLabel({ context, inks: inksOf(element), a }, channel, tiling.width);
    return shown === whole ? "" : whole;
  };
  element.addEventListener("pointermove", (event) => hover(work.order[indexAt(event) ?? -1]));
  element.addEventListener("pointerleave", () => hover(undefined));
  element.addEventListener("click", (event) => {
    const channel = work.order[indexAt(event) ?? -1];
    if (channel !== undefined) session.selectChannel(channel);
  });
  contextMenu(element, (event) => {
    const channel = work.order[indexAt(event) ?? -1] ?? work.channel;
    return session.layer && channel !== undefined ? { layer: session.layer.name, channel } : undefined;
  });
  element.addEventListener("keydown", (event) => {
    const looked = work.channel;
    const here = Math.max(0, work.order.indexOf(looked ?? -1));
    if (event.key === "Enter" || event.key === " ") {
      if (looked !== undefined) session.selectChannel(looked);
    } else if (event.key === "Escape") hover(undefined);
    else {
      const page = Math.floor(element.clientHeight / (tiling.height + gap));
      const to = moved(tiling, here, event.key, page);
      if (to === undefined || work.order.length === 0) return;
      hover(work.order[to]);
      reveal(to);
    }
    event.preventDefault();
  });
  element.addEventListener("scroll", () => session.changed(), { passive: true });
  new ResizeObserver(() => session.changed()).observe(element);

  function reveal(index: number): void {
    const { y, height } = boxOf(tiling, index);
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + height > element.scrollTop + element.clientHeight)
      element.scrollTop = y + height - element.clientHeight;
  }

  function arrange(a: Held): void {
    const [, height, width] = a.arrangement.shape;
    const pair = work.b && !work.difference ? 2 : 1;
    const place = room.clientWidth;
    tiling = isNumbers(a)
      ? tilingOf(work.order.length, place, least.bar, { height: barHeight })
      : tilingOf(work.order.length, place, least.map * pair, { ratio: height / width / pair });
    room.style.height = `${tiling.total}px`;
    if (a.layer === layer) return;
    layer = a.layer;
    const at = work.order.indexOf(session.remembered.channel ?? -1);
    if (at >= 0) reveal(at);
    else element.scrollTop = 0;
  }

  /** What else a drawing depends on than the page's size: while nothing of it changes, the picture stays. */
  const inputs = () => {
    const { a, b, order, channel, difference } = work;
    const { scale, signed, channel: chosen } = session.remembered;
    const { clientHeight, scrollTop } = element;
    const colors = JSON.stringify([view.theme, inksOf(element), scale, signed, difference, devicePixelRatio]);
    return [a, b, order, channel, chosen, colors, room.clientWidth, clientHeight, scrollTop, session.card.value];
  };
  const drawAnew = whenChanged(inputs, () => work.a && draw(work.a));

  function draw(a: Held): void {
    const { clientHeight, scrollTop } = element;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [room.clientWidth, Math.min(clientHeight, Math.max(1, tiling.total))];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    const inks = inksOf(element);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const { order, b, difference, signed } = work;
    const names =
      isNumbers(a) && session.card.value?.labels.length === a.arrangement.shape[0] ? session.card.value.labels : [];
    const drawing = { context, tiles, inks, a, b, difference, signed, names, range: work.ranges() };
    const [first, last] = inSight(tiling, scrollTop, clientHeight);
    for (let i = first; i < last; i++) {
      const channel = order[i]!; // in sight is within the order
      const box = boxOf(tiling, i);
      const there = { ...box, y: box.y - scrollTop };
      drawTile(drawing, channel, there);
      const looked = channel === work.channel;
      if (looked || channel === session.remembered.channel) {
        context.lineWidth = 2;
        context.strokeStyle = channel === session.remembered.channel ? inks.focus : inks.text;
        context.strokeRect(there.x + 1, there.y + 1, there.width - 2, there.height - 2);
      }
    }
  }

  return {
    element,
    update() {
      const { a } = work;
      element.setAttribute("aria-busy", String(work.outdated));
      if (!a) return;
      arrange(a);
      const [first, last] = inSight(tiling, element.scrollTop, element.clientHeight);
      work.visible = work.order.slice(first, last);
      drawAnew();
      const { channel, order } = work;
      if (channel === undefined) return;
      const said = `Channel ${describe(a, channel)}`;
      if (spoken.textContent !== said) spoken.textContent = said;
      spoken.setAttribute("aria-setsize", String(order.length));
      spoken.setAttribute("aria-posinset", String(order.indexOf(channel) + 1));
    },
  };
}

/** "7, dead: mean 0, 0 to 0, 100 % zero"; "285: 0.92". */
export function describe(held: Held, channel: number): string {
  const { mean, least, greatest, zeros } = held.statistics;
  const verdict = verdictOf(held, channel);
  const wrong = verdict === "fine" ? "" : `, ${verdict === "broken" ? "NaN or infinite values" : verdict}`;
  if (isNumbers(held)) return `${channel}${wrong}: ${figure(mean[channel] ?? 0)}`;
  const range = `${figure(least[channel] ?? 0)} to ${figure(greatest[channel] ?? 0)}`;
  const facts = [`mean ${figure(mean[channel] ?? 0)}`, range, `${percent(zeros[channel] ?? 0)} zero`];
  return `${channel}${wrong}: ${facts.join(", ")}`;
}
