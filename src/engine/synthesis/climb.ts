import type { OptimizerState } from "../../shared/climb-state.ts";
import type { Term } from "../../shared/synthesis.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { brightest, type Canvas } from "./canvas.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Optimizer, Place } from "./optimizers.ts";
import type { Parameterization } from "./parameterizations/parameterization.ts";
import type { Evaluation } from "./program.ts";
import { lastAsleep, redirectedSteps, wakingSteps } from "./redirected.ts";
import type { Penalty, Repair } from "./regularizers.ts";
import { pixelKind } from "./parameterizations/pixels.ts";
import type { Transformation } from "./transformations/transformation.ts";
import type { Stride, TakeStep } from "./whole-step.ts";

/** Everything that one picture is made by: a choice from each of the tables. */
export interface Climb {
  readonly parameterization: Parameterization;
  /** Drawn anew for each step, counted from 1. */
  readonly transformation?: (step: number) => Transformation;
  /** `redirect`: with Lucid's redirected gradient. */
  readonly evaluate: (canvas: Canvas, redirect: boolean) => Promise<Evaluation>;
  /** Takes a whole step at once where it can: of pixels, which are moved at most before they are looked at. */
  readonly takeStep?: TakeStep | undefined;
  readonly worthBefore?: Evaluator["worthBefore"] | undefined;
  readonly penalties?: readonly Penalty[];
  /** What is done to the gradient before the step. */
  readonly smooth?: ((gradient: Canvas) => Canvas) | undefined;
  readonly repairs?: readonly Repair[];
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** Steps that are done already. */
  readonly done?: number;
  /** What is climbed, in words. */
  readonly what: string;
  /** Whether it is a distance, below zero: it ends at 0, where there is nothing left to climb. */
  readonly isDistance?: boolean;
  /** Where it may take long until something wakes it. */
  readonly waking?: Waking | undefined;
  /** What goes into an activation function is climbed, because nothing woke what comes out. */
  readonly isSecondWay?: boolean;
  /** Whether another climb goes on from its last picture, and finds out what that is worth. */
  readonly isCarriedOn?: boolean;
}

export interface Waking {
  /** What it was worth where nothing of the picture woke it; undefined where something did from the start. */
  asleep: number | undefined;
  /** Whether something else can be climbed in its place at first, and by itself where nothing wakes it. */
  readonly raises?: boolean;
  /** Whoever climbs many says it of all of them together. */
  readonly isToldElsewhere?: boolean;
}

export interface Step {
  /** Counted from 1; one that was undone comes again. */
  readonly step: number;
  /** Of the picture before this step. */
  readonly objective: number;
  /** The best picture so far, where what stands is only tried. */
  readonly best?: Canvas;
  /** Of the picture after it, as the next step would say it: to be asked for before that one, and found once. */
  readonly worth?: () => Promise<number>;
  readonly losses: Readonly<Record<string, number>>;
  /** What the objective is the sum of, where that is told. */
  readonly terms?: readonly Term[];
  /** What a person should know of this step. */
  readonly remark?: string;
}

/** Where everything stood before a step. */
interface Stood {
  readonly values: Float32Array<ArrayBuffer>;
  readonly learned: OptimizerState;
  readonly worthBefore: number | undefined;
}

/** Nothing of the picture activates what is climbed. */
export class Dead extends NotApplicable {}

const mostHalvings = 10;
const redirectedRemark = "No gradient gets through an activation function: it is redirected (Lucid) at first.";
const wakingRemark = (steps: number) =>
  `Nothing of the picture activated it at first: what goes into its activation function is raised in the first ${steps === 1 ? "step" : `${steps} steps`}, and for as long as that is so, and gradients that get nowhere are redirected (Lucid).`;

/** The one loop: transform, look, go back, regularize, step. Yields after every step; leaving it ends it. */
export async function* climb(plan: Climb, signal: AbortSignal): AsyncGenerator<Step, void> {
  const { parameterization, optimizer, penalties = [], repairs = [], what } = plan;
  let before: Stood | undefined;
  let halvings = 0;
  const waking: Waking = plan.waking ?? { asleep: undefined };
  const last = plan.waking ? lastAsleep(plan.steps, waking.raises === true) : redirectedSteps;
  let redirecting = waking.asleep !== undefined;
  let isStuck = false;
  let isMet = false;
  let first: number | undefined;
  let accepted = optimizer.best?.();
  let best = accepted && (await pictureOf(parameterization, accepted.values));
  /** To be told with the next step. */
  const remarks = new Set<string>();
  const told = () => {
    const remark = [...remarks].join(" ");
    remarks.clear();
    return remark === "" ? {} : { remark };
  };
  const remember = (known: Omit<Stood, "values">) => {
    before = { values: copied(parameterization.values, before?.values), ...known };
  };
  /** Back to where everything stood before that step, which is taken again. */
  const undo = (step: number) => {
    const stood = before ?? (step === plan.done ? recalled(plan) : undefined);
    if (!stood || halvings === mostHalvings)
      throw new NotApplicable(
        stood
          ? `${what} is no number, however small the step: half of it was tried ${mostHalvings} times.`
          : plan.done
            ? `${what} is no number for the picture that it goes on from: choose an earlier one, or start anew.`
            : `${what} is no number for the picture that it starts from.`,
      );
    halvings++;
    parameterization.set(accepted?.values ?? stood.values);
    optimizer.take(stood.learned);
    if (stood.worthBefore !== undefined) plan.worthBefore?.take(stood.worthBefore);
    optimizer.halve();
    before = undefined; // what stands now was fine a step ago
    remarks.add(`Step ${step} led to NaN: undone, steps are half as large from now on.`);
  };
  /** No step looks any more at where the last one led. */
  const endsInNaN = async (step: number, worth: () => Promise<number>) =>
    step === plan.steps && !plan.isCarriedOn && !signal.aborted && !Number.isFinite(await worth());
  for (let step = (plan.done ?? 0) + 1; step <= plan.steps;) {
    if (signal.aborted) return;
    const next = step + 1;
    const known = { learned: optimizer.state(), worthBefore: plan.worthBefore?.read() };
    const picture = await parameterization.picture();
    const transformation = plan.transformation?.(step);
    const isRaised = waking.raises === true && waking.asleep !== undefined && step <= wakingSteps(plan.steps);
    const stride = (redirecting && step <= last + 1) || isStuck ? undefined : strideOf(plan, transformation);
    const taken = stride && (await plan.takeStep?.(picture, stride));
    if (taken) {
      first ??= taken.objective;
      remember(known);
      parameterization.set(taken.data);
      const worth = once(() => worthNow(plan, next));
      if (await endsInNaN(step, worth)) undo(step);
      else yield { step: step++, objective: taken.objective, losses: {}, ...termsOf(taken), worth, ...told() };
      continue;
    }
    const seen = transformation?.apply(picture) ?? picture;
    let evaluation = await plan.evaluate(seen, isRaised);
    let { objective, gradient } = evaluation;
    first ??= objective;
    const isStill = isFlat(gradient.data);
    const isAtEnd = plan.isDistance === true && objective === 0 && isStill;
    isMet ||= isAtEnd && (await isAlive(plan, seen));
    // What a hard swish gives falls on its way up from where it is flat.
    const isAsleep = waking.asleep !== undefined && objective <= waking.asleep;
    if (Number.isFinite(objective) && !(isAtEnd && isMet)) {
      // Where there is another way, it may be taken later, too.
      const isGivenUp = step === last + 1 ? isStill || waking.raises : isStill && waking.raises && step > last;
      if (isAsleep && isGivenUp)
        throw new Dead(`${what} is still dead after ${last} steps with the redirected gradient.`);
      if ((isStill && step <= redirectedSteps) || (isAsleep && (step <= last || !waking.raises))) {
        if (!isRaised) ({ objective, gradient } = evaluation = await plan.evaluate(seen, true));
        // What was more or less than now has come to its top, or may go back.
        if (objective === first && isFlat(gradient.data))
          throw new Dead(`${what} does not change with the picture: it is dead here.`);
        if (objective <= first) waking.asleep ??= objective;
        const wakes = waking.raises === true && waking.asleep !== undefined;
        if (!redirecting && !waking.isToldElsewhere)
          remarks.add(wakes ? wakingRemark(wakingSteps(plan.steps)) : redirectedRemark);
        redirecting = true;
        if (isAsleep && plan.waking && step === plan.steps && !waking.isToldElsewhere)
          remarks.add(`${what} had not risen before the last step: more steps may help.`);
      } else if (isStill && !isStuck) {
        isStuck = true;
        remarks.add(
          `From step ${step} on no gradient gets through: the picture is climbed no further while that is so.`,
        );
      }
    }
    if (transformation) gradient = transformation.adjoint(gradient);
    const { losses, uphill } = regularized(picture, gradient, penalties, evaluation.losses);
    const smooth = plan.smooth?.(uphill) ?? uphill;
    const { inProgram } = optimizer;
    const ahead = inProgram && Number.isFinite(objective) && (await parameterization.ahead?.(smooth, inProgram));
    const pulled = ahead ? undefined : await parameterization.pullBack(smooth);
    if (pulled && !isFinite(objective, pulled)) {
      undo(--step);
      continue;
    }
    remember(known);
    if (ahead) parameterization.set(ahead);
    if (pulled) {
      optimizer.look?.(parameterization.values, worthOf(objective, losses));
      const move = optimizer.step(pulled);
      const latest = optimizer.best?.();
      if (latest && latest !== accepted) best = { ...picture, data: picture.data.slice() };
      accepted = latest;
      parameterization.move(move);
    }
    if (parameterization.repaint)
      for (const repair of repairs) parameterization.repaint(repair(await parameterization.picture(), gradient, step));
    const settled = step === plan.steps && accepted ? await settle(plan, accepted) : undefined;
    const shown = step < plan.steps ? best : undefined;
    const worth = settled ?? once(() => worthNow(plan, next, shown));
    if (!accepted && (await endsInNaN(step, worth))) undo(step);
    else {
      yield {
        step,
        objective,
        losses,
        ...termsOf(evaluation),
        worth,
        ...told(),
        ...(shown && { best: shown }),
      };
      step++;
    }
  }
}

/** Where everything stood before the last step before a pause, as far as what is kept over a pause tells it. */
function recalled({ parameterization, optimizer, worthBefore }: Climb): Stood | undefined {
  const values = optimizer.best?.()?.values ?? optimizer.before?.(parameterization.values);
  return values && { values: copied(values), learned: optimizer.state(), worthBefore: worthBefore?.read() };
}

/** Whether the distance is another in the picture's negative: what no picture changes is met by all of them. */
async function isAlive({ evaluate }: Climb, seen: Canvas): Promise<boolean> {
  const { objective } = await evaluate({ ...seen, data: seen.data.map((x) => brightest - x) }, false);
  return objective !== 0;
}

/** Whether all of these pictures are worth the same, and nowhere is uphill. */
export async function areDead({ evaluate }: Pick<Climb, "evaluate">, canvases: readonly Canvas[]): Promise<boolean> {
  let worth: number | undefined;
  for (const canvas of canvases) {
    const { objective, gradient } = await evaluate(canvas, false);
    worth ??= objective;
    if (objective !== worth || !isFlat(gradient.data)) return false;
  }
  return true;
}

/** A picture by itself, of numbers other than those that stand. */
async function pictureOf(parameterization: Parameterization, values: Float32Array): Promise<Canvas> {
  const now = parameterization.values.slice();
  parameterization.set(values);
  const picture = await parameterization.picture();
  const own = { ...picture, data: picture.data.slice() };
  parameterization.set(now);
  return own;
}

/** No step looks any more at where the last one led: where that is worse than the best so far, the best is what stays. */
async function settle(plan: Climb, best: Place): Promise<Step["worth"]> {
  const picture = await plan.parameterization.picture();
  const transformation = plan.transformation?.(plan.steps + 1);
  const { objective, gradient, losses: beside } = await plan.evaluate(transformation?.apply(picture) ?? picture, false);
  const uphill = transformation?.adjoint(gradient) ?? gradient;
  const { losses } = regularized(picture, uphill, plan.penalties ?? [], beside);
  if (worthOf(objective, losses) >= best.worth) return async () => Promise.resolve(objective);
  plan.parameterization.set(best.values);
  return undefined;
}

const worthOf = (objective: number, losses: Step["losses"]): number =>
  Object.values(losses).reduce((sum, loss) => sum - loss, objective);

/** What the next step would say of the picture: in its view, and by the same program. Nothing is moved, or learned. */
async function worthNow(plan: Climb, next: number, shown?: Canvas): Promise<number> {
  const picture = shown ?? (await plan.parameterization.picture());
  const remembered = plan.worthBefore?.read();
  const transformation = plan.transformation?.(next);
  const stride = strideOf(plan, transformation);
  const unlearned = stride && { ...stride, step: { ...stride.step, took: () => undefined } };
  const taken = unlearned && (await plan.takeStep?.(picture, unlearned));
  const { objective } = taken ?? (await plan.evaluate(transformation?.apply(picture) ?? picture, false));
  if (remembered !== undefined) plan.worthBefore?.take(remembered);
  return objective;
}

const termsOf = ({ terms }: Pick<Evaluation, "terms">): Pick<Step, "terms"> => (terms ? { terms } : {});

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}

/** Undefined where some part of the plan is not of those that can be taken together. */
function strideOf(
  { parameterization, penalties, smooth, repairs, optimizer: { inProgram } }: Climb,
  transformation: Transformation | undefined,
): Stride | undefined {
  const moved = transformation ? transformation.moved : { down: 0, right: 0 };
  if (!inProgram || !moved || parameterization.kind !== pixelKind || smooth) return undefined;
  if (penalties?.length || repairs?.length) return undefined;
  return { moved, step: inProgram };
}

function regularized(picture: Canvas, gradient: Canvas, penalties: readonly Penalty[], beside: Evaluation["losses"]) {
  const losses: Record<string, number> = { ...beside };
  let uphill = gradient;
  for (const { name, of } of penalties) {
    const { loss, gradient: slope } = of(picture, gradient);
    losses[name] = loss;
    const from = uphill;
    uphill = { ...gradient, data: from.data.map((g, i) => g - slope.data[i]!) };
  }
  return { losses, uphill };
}

/** Into the same memory as before, where there is some. */
function copied(values: Float32Array, into = new Float32Array(values.length)): Float32Array<ArrayBuffer> {
  into.set(values);
  return into;
}

export function isFlat(gradient: Float32Array): boolean {
  for (let i = 0; i < gradient.length; i++) if (gradient[i] !== 0) return false;
  return true;
}

/** What is not finite stays so when it is added up; times zero, everything else is zero. */
function isFinite(objective: number, gradient: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * 0;
  return Number.isFinite(objective) && sum === 0;
}
