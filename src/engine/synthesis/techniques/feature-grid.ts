import { choiceOrNumber, number } from "../../../shared/parameters.ts";
import { channelTitle, hasFate, type ChannelFate } from "../../../shared/channel-title.ts";
import { firstOf } from "../../../shared/first-of.ts";
import { shown } from "../../../shared/shown.ts";
import { isLegible } from "../../images/lettering.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { aheadOf } from "../ahead.ts";
import { resized, type Canvas } from "../canvas.ts";
import { demandUnit } from "../channels.ts";
import { classNames } from "../class-channels.ts";
import { experienced, goesOnWith } from "../climb-state.ts";
import { colorFolder } from "../color-folder.ts";
import { channelsPastTheMiddle } from "../default-layer.ts";
import { evaluatorFor, type Evaluator } from "../evaluator.ts";
import { rate, seenSize } from "../from-nothing.ts";
import { resumeSheet } from "../going-on.ts";
import { grow } from "../grow.ts";
import { inTurn } from "../in-turn.ts";
import { channelInTurn, type From, type InTurn } from "../objectives.ts";
import { adam } from "../optimizers.ts";
import type { Size } from "../program.ts";
import { lastAsleep, wakingSteps } from "../redirected.ts";
import { Cells, demandRoom } from "../sheet.ts";
import { synthesisTechnique, type Grown, type SynthesisRun } from "../technique.ts";

const parameters = {
  first: number({ label: "First channel", default: 0, min: 0, max: 100_000, step: 1 }),
  count: choiceOrNumber({
    label: "How many channels",
    default: 36,
    options: { all: "All from the first on" },
    min: 1,
    max: 4096,
    step: 1,
  }),
  size: number({ label: "Size of each, pixels", default: 96, min: 32, max: 160, step: 8 }),
  steps: number({ label: "Steps for each", default: 64, min: 1, max: 2000, step: 1 }),
  rate,
  ...colorFolder,
} as const;

type Run = SynthesisRun<typeof parameters>;

export default synthesisTechnique({
  title: "Feature grid",
  summary: "One small picture for each channel of a layer: what it likes best. They come one after the other.",
  convention:
    "each channel's mean over the map, or of what goes into its activation function where nothing activates it (at first: for an eighth of the steps, and until something does); Fourier: 1/f, decorrelated colours, sigmoid, Adam, shift, scale and turn as in Lucid; all start from the same noise",
  citation: {
    authors: "Olah, Mordvintsev, Schubert",
    title: "Feature visualization",
    venue: "Distill",
    year: 2017,
    url: "https://distill.pub/2017/feature-visualization",
  },
  fromPhoto: false,
  needs: ["layer"],
  defaultLayer: channelsPastTheMiddle,
  parameters,
  order: 35,

  async *run(run) {
    const { layer, from, signal } = run;
    const { steps, size: side } = run.parameters;
    const channels = channelsOf(run);
    const size = { height: side, width: side };
    const nameOf = classNames(run);
    const names = (channel: number, fate?: ChannelFate) => namesOf(channel, fate, nameOf(channel));
    const titles = channels.map((channel) => ({ ...names(channel), channel }));
    demandRoom(titles.length, size, run.model.memory);
    const cells = new Cells(size, titles);
    resumeSheet(cells, run);
    yield aheadOf(channels.length, steps, from);
    const making = { ...run, parameters: { ...run.parameters, ...made } };
    const ways = await inTurn(making, size);
    const seen = seenSize(making, size);
    const looks = new Looks(run, seen);
    const octaves = channels.length;
    try {
      // Of those that were made before a pause, their titles tell what became of them.
      const those = (fate: ChannelFate) => channels.filter((_, i) => hasFate(cells.sheet.cells[i]?.title ?? "", fate));
      const saidOfWoken = () => ({ key: "woken", said: wokenWords(those("inactive at first"), shown(layer), steps) });
      if (those("inactive at first").length) yield saidOfWoken();
      let dead = those("dead here").length;
      for (const [i, channel] of channels.entries()) {
        const octave = i + 1;
        if (from && (octave < from.octave || (octave === from.octave && from.step >= steps))) continue;
        if (those("dead here").includes(channel)) continue;
        const what = `Channel ${channel} of ${shown(layer)}`;
        const place = { cells, first: i };
        let why: NotApplicable | undefined;
        for (const at of ["layer", "before-rectifier"] as const) {
          const { evaluator, objective, choose } = await looks.at(at);
          choose(channel);
          const isSecondWay = at === "before-rectifier";
          const goesOn = from?.octave === octave ? goesOnWith(from, isSecondWay) : undefined;
          const begun = goesOn && cells.from(i, 1);
          const done = goesOn?.step ?? 0;
          if (why) yield aheadOf(octaves, steps, { octave, step: done });
          if (!isSecondWay && goesOn?.state?.isSecondWay) continue;
          const asleep = goesOn?.state?.asleep;
          const isUnknown = asleep === undefined && done >= lastAsleep(steps, true);
          if (begun && !isSecondWay && isUnknown && (await isAsleep(evaluator, begun, seen))) continue;
          const raises = objective.atFirst !== undefined;
          const waking = { asleep, raises, isToldElsewhere: raises };
          const own = await ways.next(begun, goesOn?.state);
          const plan = {
            ...own,
            optimizer: experienced(adam(run.parameters.rate), goesOn?.state),
            evaluate: evaluator.evaluate,
            waking,
            isSecondWay,
            what,
            steps,
            done,
          };
          const remark = isSecondWay
            ? "Where a channel stays at 0, what goes into its activation function is raised."
            : evaluator.remark;
          why = undefined;
          try {
            for await (const grown of grow(plan, { octave, octaves, isOneOfMany: true, remark, place }, signal)) {
              if (raises && waking.asleep !== undefined) cells.call(i, names(channel, "inactive at first"));
              yield { ...grown, sheet: cells.sheet };
            }
            if (raises && waking.asleep !== undefined) yield saidOfWoken();
            break;
          } catch (error) {
            if (!(error instanceof NotApplicable)) throw error;
            why = error;
            cells.call(i, names(channel));
          }
        }
        if (signal.aborted) return;
        if (!why) continue;
        if (++dead === octaves) throw why;
        cells.leave(i, names(channel, "dead here"));
        yield leftOut(why, cells, octave, octaves, steps);
      }
    } finally {
      await ways.release();
      await looks.release();
    }
  },
});

interface Look extends InTurn {
  readonly evaluator: Evaluator;
}

/** The layer, and what goes into its rectifiers: looked at where that is first needed. */
class Looks {
  readonly #open = new Map<From, Look>();

  constructor(
    private readonly run: Run,
    private readonly size: Size,
  ) {}

  async at(from: From): Promise<Look> {
    const known = this.#open.get(from);
    if (known) return known;
    const { model, line, layer } = this.run;
    const { objective, choose } = channelInTurn(layer, from);
    const look = { objective, choose, evaluator: await evaluatorFor(model, this.size, line, objective, this.run) };
    this.#open.set(from, look);
    return look;
  }

  async release(): Promise<void> {
    for (const { evaluator } of this.#open.values()) await evaluator.release();
  }
}

/** What is written in a picture has letters of few alphabets, and little room. */
function namesOf(channel: number, fate: ChannelFate | undefined, label: string | undefined) {
  const title = channelTitle(channel, fate, label);
  return {
    title,
    ...(!isLegible(title) && { legible: channelTitle(channel, fate) }),
    ...(fate === "inactive at first" && { short: `${channel}: was 0` }),
  };
}

/** Named in the panel's notes; of more their number is said. */
const mostNamed = 12;

function wokenWords(channels: readonly number[], layer: string, steps: number): string {
  const [are, their] =
    channels.length === 1 ? ["channel", "its activation function"] : ["channels", "their activation functions"];
  const raised = wakingSteps(steps);
  return (
    `Nothing of the picture activated ${are} ${firstOf(channels, mostNamed)} of ${layer} at first: what goes into ${their} was ` +
    `raised for ${raised} ${raised === 1 ? "step" : "steps"}, and for as long as that was so, and gradients that got nowhere were redirected (Lucid).`
  );
}

/** Whether nothing of this picture wakes the channel: then it was what goes into its rectifier that was raised. */
async function isAsleep({ evaluate }: Evaluator, picture: Canvas, { height, width }: Size): Promise<boolean> {
  const { gradient } = await evaluate(resized(picture, height, width), false);
  return gradient.data.every((x) => x === 0);
}

/** As a neuron's picture is made. */
const made = { method: "fourier", size: "network", "step-size": "usual", l2: 0 } as const;

function channelsOf({ model, bound, layer, parameters: { first, count } }: Run): readonly number[] {
  const [, channels = 1] = demandUnit(model, bound, layer, first).shape;
  const most = channels - first;
  return Array.from({ length: count === "all" ? most : Math.min(most, Number(count)) }, (_, i) => first + i);
}

/** A channel that nothing wakes keeps its place, and the others come. */
const leftOut = ({ message }: Error, cells: Cells, octave: number, octaves: number, steps: number): Grown => ({
  remark: message,
  step: steps,
  objective: 0,
  losses: {},
  canvas: cells.canvas,
  sheet: cells.sheet,
  making: { picture: octave, pictures: octaves, isWhole: true },
  octave,
  octaves,
  steps,
  done: octave * steps,
  total: octaves * steps,
  checkpoint: () => cells.checkpoint(octave, steps),
});
