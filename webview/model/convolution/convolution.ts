import type { FeatureMaps, Step } from "../../../src/shared/inside.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { isDark } from "../../shared/theme.ts";
import { figure, visible } from "../../shared/words.ts";
import { channelMap, valueAt } from "../unit/channel-map.ts";
import type { ChannelMap } from "../unit/channel-map.ts";
import { mapCanvas } from "../unit/map-canvas.ts";
import { painted, placeWithin, UnitQuestion } from "../unit/chosen-unit.ts";
import { frame } from "../unit/frame.ts";
import { needOf, needWords, refusalWords } from "../unit/needs.ts";
import { stepper } from "../unit/stepper.ts";
import { breakable, nameText } from "../breakable.ts";
import { preparedLine } from "../prepared-line.ts";
import type { View } from "../view.ts";
import { ground, heaviestChannel, productsIn } from "./arithmetic.ts";
import { backwardsView } from "./backwards-view.ts";
import "./convolution.css";
import { inputPicture } from "./input-picture.ts";
import { advanced, channelAt, moved } from "./moments.ts";
import type { Pace } from "./moments.ts";
import { player } from "./player.ts";
import { strip } from "./strip.ts";
import { sumView } from "./sum-view.ts";
import { operatorWords, switchWords } from "./words.ts";

/** How one number of a convolution's or a pooling's output comes about, step by step. */
export function convolution(view: View): Region {
  const { session } = view;
  /** People know tensors by the layers that they leave. */
  const nameOf = (value: string) => session.layers.find((layer) => layer.value === value)?.name ?? value;
  const changed = () => session.changed();
  const question = new UnitQuestion(session);
  const answer = new Fetched<{ readonly layer: string; readonly of: string; readonly step: Step }>(changed);
  const input = new Fetched<FeatureMaps>(changed);
  /** So many products are summed up; undefined: all of them. */
  let done: number | undefined;
  /** The input channel whose numbers are shown; the animation takes it along. */
  let viewed = 0;
  /** Nothing is known of this output channel yet: it begins with the input channel that adds most. */
  let isNew = true;
  let pixel: readonly [number, number] | undefined;
  /** The operator that was refused at the layer's place, which its own map may not have. */
  let unplaced: string | undefined;

  const step = () => (answer.value?.layer === session.layer?.name ? answer.value?.step : undefined);
  const doneNow = (now: Step) => Math.min(done ?? productsIn(now), productsIn(now));
  const channelNow = (now: Step) => Math.min(viewed, now.channels - 1);
  /** A layer may have several operators to go through, and a file may be replaced. */
  const chosenNode = () => (/Conv|Pool/.test(session.node?.op ?? "") ? session.remembered.node : undefined);
  const operatorNow = () => JSON.stringify([session.modelKey, session.layer?.name, chosenNode()]);
  /** The place that was chosen, where the operator's map has it; until that is known, the layer's. */
  function placeWanted(): readonly [number, number] | undefined {
    const { channel, place } = question.chosen;
    const { remembered } = session;
    const of = operatorNow();
    if (answer.value?.of !== of) return of === unplaced ? undefined : place;
    const [, rows, columns] = answer.value.step.output;
    return channel === remembered.channel ? placeWithin(remembered.place, rows, columns) : undefined;
  }
  /** The place that is gone to, even before its answer is there. */
  const placeNow = (now: Step) => placeWanted() ?? now.place;
  const pixelNow = (now: Step) => pixel ?? middle(now);
  const set = (now: Step, to: number) => {
    done = to;
    viewed = channelAt(now, to);
    changed();
  };
  const goTo = (place: readonly [number, number]) => {
    const now = step();
    pixel = undefined;
    if (now) session.selectPlace(now.channel, place);
  };

  const status = h("div", { class: "status" });
  const words = h("p", {});
  const output = stepper("Output channel", (channel) => session.selectChannel(channel));
  const inputStep = stepper("Input channel", (channel) => {
    [viewed, done, isNew] = [channel, undefined, false];
    changed();
  });
  const inputValue = h("span", { class: "number dim" });
  const inputMap = inputPicture(
    (at) => {
      pixel = at;
      changed();
    },
    (text, value) => {
      inputValue.textContent = value === undefined ? text : `${text}: ${figure(value)}`;
    },
  );
  const outputValue = h("span", { class: "number dim" });
  const outputMap = frame({
    chosen: (row, column) => goTo([row, column]),
    pointed: (place) => {
      const map = mapNow(step());
      outputValue.textContent = place && map ? `${place.join(", ")}: ${figure(valueAt(map, place))}` : "";
    },
  });
  const inputCaption = h("figcaption", {});
  const inputFigure = h("figure", {}, inputCaption, inputMap.element, inputValue);
  const outputFigure = h("figure", {}, h("figcaption", {}, "Output map"), outputMap.element, outputValue);
  const sums = sumView();
  const row = strip();
  const back = backwardsView();
  const prepared = preparedLine(view);
  const switches = h("p", { class: "switches" });
  const playing = player({
    step: advance,
    jump: (to) => {
      const now = step();
      if (now) set(now, to === "first" ? 0 : productsIn(now));
    },
    ready: () => answer.state.status !== "loading",
    paced: changed,
  });
  const body = h(
    "div",
    { class: "step-body" },
    words,
    h("div", { class: "unit-tools" }, output.element, inputStep.element),
    playing.element,
    h("div", { class: "step-figures" }, inputFigure, sums.element, outputFigure),
    sums.lines,
    switches,
    prepared.element,
    row.element,
    back.element,
  );
  const element = h("div", { class: "convolution" }, status, body);
  element.addEventListener("keydown", (event) => {
    const { target } = event;
    const types = target instanceof HTMLElement && target.matches("input, vscode-dropdown");
    if (types || event.ctrlKey || event.metaKey || event.altKey) return;
    if (playing.key(event)) event.preventDefault();
  });

  function advance(by: 1 | -1, pace: Pace): boolean {
    const now = step();
    if (!now) return false;
    if (pace === "places") {
      const to = moved(placeNow(now), [now.output[1], now.output[2]], by);
      if (to) goTo(to);
      return to !== undefined;
    }
    if (pace === "pixels") {
      const to = moved(pixelNow(now), [now.input[1], now.input[2]], by);
      if (to) pixel = to;
      changed();
      return to !== undefined;
    }
    const here = doneNow(now);
    // From the end it begins anew.
    const to = by > 0 && here === productsIn(now) ? 0 : advanced(now, here, by, pace);
    if (to !== undefined) set(now, to);
    return to !== undefined && to < productsIn(now);
  }

  /** The channel's map, where the layer's output is the operator's: it may be behind an activation. */
  function mapNow(now: Step | undefined): ChannelMap | undefined {
    const { maps } = question.chosen;
    const map = maps && now && channelMap(maps, now.channel);
    return map && map.rows === now.output[1] && map.columns === now.output[2] ? map : undefined;
  }

  function ask(): void {
    const { layer } = session;
    question.ask();
    const { channel } = question.chosen;
    if (!layer || channel === undefined) return;
    const [place, node, of] = [placeWanted(), chosenNode(), operatorNow()];
    const ofNode = node !== undefined && { node };
    const asked = { layer: layer.name, channel, ...(place && { place }), ...ofNode, ...painted(session) };
    answer.ask(JSON.stringify([session.photoKey(), asked]), async (signal) => {
      try {
        return { layer: layer.name, of, step: await session.host.step(asked, signal) };
      } catch (error) {
        if (!signal.aborted) unplaced = of;
        throw error;
      }
    });
    const now = step();
    if (!now) return;
    if (isNew && answer.state.status === "ready") [viewed, isNew] = [heaviestChannel(now), false];
    const channels = [now.firstChannel + channelNow(now)];
    input.ask(JSON.stringify([session.photoKey(), now.from, channels]), (signal) =>
      session.host.features({ layer: now.from, channels, ...painted(session) }, signal),
    );
  }

  const build = whenChanged(
    () => [
      answer.state,
      input.state,
      question.answer.state,
      question.chosen.channel,
      done,
      viewed,
      placeWanted(),
      pixel,
      view.theme,
      playing.pace,
    ],
    () => {
      const now = step();
      const failed = answer.state.status === "failed" ? answer.state : question.answer.state;
      const again = () => {
        for (const each of [answer, input, question.answer]) each.forget();
        changed();
      };
      fill(status, ...(isOther(failed) ? [otherWords()] : refusalWords(failed, "This step cannot be shown", again)));
      if (failed.status !== "failed" && !now) fill(status, h("p", { class: "dim" }, "Calculating…"));
      body.hidden = failed.status === "failed" || !now;
      if (body.hidden || !now) return;
      playing.offer(pacesOf(now));
      draw(now);
    },
  );

  const isOther = (state: Fetched<unknown>["state"]) =>
    state.status === "failed" && /no convolution/.test(state.failure.message);
  const otherWords = () => {
    const { layer } = session;
    const kind = layer ? [...breakable(layer.name), ` is ${nameText(layer.kind)}`] : ["This"];
    return h("p", { class: "empty dim" }, ...kind, ": there is no convolution and no pooling in it to go through.");
  };

  function draw(now: Step): void {
    const onDark = isDark(view.theme);
    const [count, channel] = [doneNow(now), channelNow(now)];
    fill(
      words,
      operatorWords(now),
      h("span", { class: "dim" }, ` · place ${now.place.join(", ")} of channel ${now.channel}`),
    );
    output.show(now.channel, now.output[0]);
    inputStep.show(channel, now.channels);
    inputStep.element.hidden = now.channels === 1;
    const wanted = now.firstChannel + channel;
    const read = input.value?.layer === now.from ? input.value : undefined;
    const map = (read && channelMap(read, wanted)) ?? blank(now);
    fill(
      inputCaption,
      `Input ${nameText(nameOf(now.from))}, channel ${wanted}${input.state.status === "failed" ? ` cannot be drawn: ${visible(input.state.failure.message)}` : ""}`,
    );
    const size = productsIn(now) / now.channels;
    const cell = count > 0 && count < productsIn(now) ? (count - 1) % size : undefined;
    inputMap.show(now, map, cell, now.kind === "convolution" ? pixelNow(now) : undefined, onDark);
    const drawn = mapNow(now) ?? blankOutput(now);
    const place = placeNow(now);
    const [y, x] = place;
    outputMap.show({
      canvas: mapCanvas(drawn, onDark),
      rows: drawn.rows,
      columns: drawn.columns,
      boxes: [{ top: y, left: x, bottom: y + 1, right: x + 1, kind: "chosen" }],
      place,
      label: "Output map: choose a place",
    });
    sums.show(now, count, channel);
    fill(switches, switchWords(now) ?? "");
    switches.hidden = now.kind !== "pooling";
    row.show(now, channel);
    back.show(now, mapNow(now), channel, pixelNow(now), onDark);
  }

  const buildNeed = whenChanged(
    () => [needOf(session), session.photo.state],
    () => {
      const need = needOf(session);
      body.hidden = true;
      fill(status, need && needWords(session, need, "to go through a convolution step by step"));
    },
  );
  const begin = whenChanged(
    () => [session.layer?.name, question.chosen.channel, session.remembered.node],
    () => {
      done = pixel = undefined;
      isNew = true;
      playing.stop();
    },
  );

  return {
    element,
    update() {
      buildNeed();
      if (needOf(session) !== undefined) return;
      begin();
      ask();
      build();
      prepared.update();
      playing.update();
    },
  };
}

const pacesOf = ({ kind, channels }: Step): readonly Pace[] => [
  "products",
  ...(channels > 1 ? (["channels"] as const) : []),
  "places",
  ...(kind === "convolution" ? (["pixels"] as const) : []),
];

/** The pixel under the window's middle, or the nearest there is. */
function middle(now: Step): readonly [number, number] {
  const [rows, columns] = ground(now);
  const at = (axis: 0 | 1, all: number) => {
    const place = now.origin[axis] + Math.floor((now.kernel[axis] - 1) / 2) * now.dilation[axis];
    return Math.min(Math.max(place, 0), all - 1);
  };
  return [at(0, rows), at(1, columns)];
}

const empty = (rows: number, columns: number): ChannelMap => ({
  rows,
  columns,
  values: new Float32Array(rows * columns),
  span: { low: 0, high: 0, signed: false },
});
/** Stands in until a map is there, and where none can be had; the same each time, so that it is drawn once. */
const blanks = new WeakMap<Step, ChannelMap>();
function blank(now: Step): ChannelMap {
  const made = blanks.get(now) ?? empty(now.input[1], now.input[2]);
  blanks.set(now, made);
  return made;
}
const blankOutput = ({ output: [, rows, columns] }: Step): ChannelMap => empty(rows, columns);
