import type { Contributions } from "../../../src/shared/contributions.ts";
import { isNotKnown } from "../../../src/shared/inside.ts";
import type { UnitCard } from "../../../src/shared/inside.ts";
import type { Photo } from "../../../src/shared/protocol.ts";
import { button } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { isDark } from "../../shared/theme.ts";
import { figure, visible } from "../../shared/words.ts";
import { legend } from "../filters/legend.ts";
import { contextMenu } from "../context-menu.ts";
import { nameText } from "../breakable.ts";
import { lead } from "../heading.ts";
import { preparedLine } from "../prepared-line.ts";
import type { View } from "../view.ts";
import { channelMap, valueAt } from "./channel-map.ts";
import type { ChannelMap } from "./channel-map.ts";
import { mapCanvas } from "./map-canvas.ts";
import { painted, UnitQuestion, whyFirst } from "./chosen-unit.ts";
import { fires, type FiringUnit } from "./fires.ts";
import { frame } from "./frame.ts";
import type { Box } from "./frame.ts";
import { madeOf } from "./made-of.ts";
import { needOf, needWords, refusalWords } from "./needs.ts";
import { photoCanvas } from "./photo-canvas.ts";
import { projections } from "./projections.ts";
import { stepper } from "./stepper.ts";
import { Trail } from "./trail.ts";
import type { Unit } from "./trail.ts";
import { trailLine } from "./trail-line.ts";
import "./unit.css";

interface Drawn {
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
}

/** One channel at one place: what it sees of the photo, what in the photo moves it, and what it is made of. */
export function unit(view: View): Region {
  const { session } = view;
  const changed = () => session.changed();
  const question = new UnitQuestion(session);
  const card = new Fetched<UnitCard & { readonly patchDrawn: Drawn | undefined }>(changed);
  const made = new Fetched<Contributions>(changed);
  const seen = new Fetched<Drawn>(changed);
  const trail = new Trail(session.remembered.trail);

  const go = (unit: Unit) =>
    lead(() => {
      session.selectLayer(unit.layer);
      if (unit.place) session.selectPlace(unit.channel, unit.place);
      else session.selectChannel(unit.channel);
      view.announce(`Channel ${unit.channel} of ${nameText(unit.layer)}`);
    });
  const way = trailLine(trail, go);
  const status = h("div", { class: "status" });
  const channelStep = stepper("Channel", (channel) => session.selectChannel(channel));
  const strongest = button("Strongest place", () => session.selectChannel(question.chosen.channel));
  const dream = button("Dream this…", () => {
    const { channel } = question.chosen;
    const layer = session.layer?.name;
    if (layer === undefined || channel === undefined) return;
    void session.attempt(() => session.host.visualizeChannel({ layer, channel }));
  });
  dream.title = "Makes the picture that this channel likes best";
  const words = h("p", { class: "unit-words" });
  const scale = h("div", { class: "dim" });
  const mapValue = h("span", { class: "number dim" });
  const map = frame({
    chosen: (row, column) => {
      const { channel } = question.chosen;
      if (channel !== undefined) session.selectPlace(channel, [row, column]);
    },
    pointed: (place) => {
      const now = drawnMap();
      mapValue.textContent = place && now ? `${place.join(", ")}: ${figure(valueAt(now, place))}` : "";
    },
  });
  const photo = frame();
  const patch = frame();
  const mapFigure = h("figure", {}, h("figcaption", {}, "Its map"), map.element, mapValue);
  const photoCaption = h("figcaption");
  const photoFigure = h("figure", {}, photoCaption, photo.element);
  const patchFigure = h("figure", {}, h("figcaption", {}, "Enlarged"), patch.element);
  const figures = h("div", { class: "unit-figures" }, mapFigure, photoFigure, patchFigure);
  const prepared = preparedLine(view);
  const back = projections(view);
  const parts = madeOf(session, made, (next) => {
    trail.follow(next);
    go(next);
  });
  const tools = h("div", { class: "unit-tools" }, channelStep.element, strongest, dream);
  const body = h(
    "div",
    { class: "unit-body" },
    way.element,
    tools,
    words,
    figures,
    scale,
    prepared.element,
    back.element,
  );
  const rest = h("div", {}, parts.element);
  // Needs no photo of its own.
  const unitNow = (): FiringUnit | undefined => {
    const { channel, isWanted } = question.chosen;
    if (isWanted && channel !== undefined) return { channel };
    if (channel !== undefined) return { channel, why: whyFirst(session.remembered) };
    return needOf(session) === "photo" ? { channel: 0, why: "the first" } : undefined;
  };
  const examples = fires(view, unitNow, () => words.scrollIntoView());
  const element = h("div", { class: "unit" }, status, body, examples.element, rest);
  contextMenu(element, () => {
    const { channel } = question.chosen;
    return session.layer && channel !== undefined ? { layer: session.layer.name, channel } : undefined;
  });

  let mapOf: { readonly maps: unknown; readonly channel: number; readonly drawn: ChannelMap | undefined } | undefined;
  function drawnMap(): ChannelMap | undefined {
    const { maps, channel } = question.chosen;
    if (!maps || channel === undefined) return undefined;
    if (mapOf?.maps !== maps || mapOf.channel !== channel) mapOf = { maps, channel, drawn: channelMap(maps, channel) };
    return mapOf.drawn;
  }

  /** The answer about this unit; while a place of the same channel is asked for, the last one. */
  function known() {
    const { value } = card;
    return value && value.layer === session.layer?.name && value.channel === question.chosen.channel
      ? value
      : undefined;
  }

  function ask(): void {
    const { layer } = session;
    question.ask();
    const { channel, channels, place } = question.chosen;
    if (!layer || channel === undefined || channels === undefined) return;
    const asked = { layer: layer.name, channel, ...(place && { place }), ...painted(session) };
    const key = JSON.stringify([session.photoKey(), layer.name, channel, place]);
    const { host } = session;
    trail.arrive({ layer: layer.name, channel, place });
    if (trail.units !== session.remembered.trail) session.remember({ trail: trail.units });
    card.ask(key, async (signal) => {
      const answer = await host.unit(asked, signal);
      return { ...answer, patchDrawn: answer.patch && (await drawn(answer.patch)) };
    });
    made.ask(key, (signal) => host.contributions(asked, signal));
    seen.ask(session.photoKey(), async (signal) => drawn(await host.seen(painted(session), signal)));
    back.ask(key, (signal) => host.unitMaps(asked, signal), boxOf(known()?.field));
  }

  const draw = whenChanged(
    () => [card.state, question.answer.state, question.chosen.channel, question.chosen.place, seen.state, view.theme],
    () => {
      const { channel, channels, maps } = question.chosen;
      const now = known();
      const again = () => {
        for (const each of [card, made, question.answer, seen]) each.forget();
        changed();
      };
      const failed = card.state.status === "failed" ? card.state : question.answer.state;
      fill(status, ...refusalWords(failed, "This unit cannot be looked at", again));
      const wrong = failed.status === "failed";
      if (!wrong && !now) fill(status, h("p", { class: "dim" }, "Looking…"));
      tools.hidden = channel === undefined;
      figures.hidden = words.hidden = scale.hidden = back.element.hidden = parts.element.hidden = wrong || !now;
      if (channel !== undefined) channelStep.show(channel, channels ?? 0);
      if (!now || wrong) return;
      figures.classList.toggle("stale", card.state.status === "loading");
      const [row, column] = now.place;
      const map = drawnMap();
      const flat = !map || map.rows * map.columns <= 1;
      fill(
        words,
        h("strong", { class: "number", title: String(now.value) }, figure(now.value)),
        flat ? "" : ` at row ${row}, column ${column}${now.strongest ? ", its strongest place" : ""}`,
        ` · ${seenWords(now)}`,
        maps?.arrangement.remark ? ` · ${visible(maps.arrangement.remark)}` : "",
      );
      strongest.hidden = now.strongest;
      dream.hidden = session.layer?.spatial !== true;
      mapFigure.hidden = scale.hidden = flat;
      drawFigures(now, map);
      if (map) fill(scale, legend(map.span, false, isDark(view.theme)));
    },
  );

  function drawFigures(now: NonNullable<ReturnType<typeof known>>, drawnNow: ChannelMap | undefined): void {
    // Where it goes is marked at once, before the answer.
    const place = question.chosen.place ?? now.place;
    const [row, column] = place;
    if (drawnNow)
      map.show({
        canvas: mapCanvas(drawnNow, isDark(view.theme)),
        rows: drawnNow.rows,
        columns: drawnNow.columns,
        boxes: [{ top: row, left: column, bottom: row + 1, right: column + 1, kind: "chosen" }],
        place,
        label: `Map of channel ${now.channel}: choose a place`,
      });
    const whole = seen.value;
    photoFigure.hidden = !whole;
    const field = boxOf(now.field);
    fill(photoCaption, field ? "What it sees" : "The photo");
    if (whole)
      photo.show({
        canvas: whole.canvas,
        rows: whole.height,
        columns: whole.width,
        boxes: field ? [field] : [],
        label: `The photo as the network sees it${field ? ", with the unit's receptive field outlined" : ""}`,
        smooth: true,
      });
    const { patchDrawn } = now;
    patchFigure.hidden = !patchDrawn;
    if (patchDrawn)
      patch.show({
        canvas: patchDrawn.canvas,
        rows: patchDrawn.height,
        columns: patchDrawn.width,
        boxes: [],
        label: "What the unit sees of the photo, enlarged",
      });
  }

  const buildNeed = whenChanged(
    () => [needOf(session), session.photo.state],
    () => {
      const need = needOf(session);
      body.hidden = rest.hidden = need !== undefined;
      fill(status, need && needWords(session, need, "to see what a unit sees"));
    },
  );

  return {
    element,
    update() {
      buildNeed();
      examples.update();
      if (needOf(session) !== undefined) return;
      ask();
      draw();
      way.update();
      prepared.update();
      back.update();
      parts.update();
    },
  };
}

function seenWords({ field }: UnitCard): string {
  if (!field) return "sees nothing of the photo";
  if (isNotKnown(field)) return `what it sees is not known: ${visible(field.why)}`;
  return `sees ${field.bottom - field.top} × ${field.right - field.left} pixels of the photo`;
}

const boxOf = (field: UnitCard["field"]): Box | undefined =>
  field && !isNotKnown(field) ? { ...field, kind: "field" } : undefined;

async function drawn(photo: Photo): Promise<Drawn> {
  return { canvas: await photoCanvas(photo), width: photo.width, height: photo.height };
}
