import { filmRemark, filmSize } from "../../shared/film-size.ts";
import type { MadeWith } from "../../shared/made-with.ts";
import type {
  Beside,
  Checkpoint,
  Finished,
  Frame,
  Reach,
  Recipe,
  Standing,
  Stepped,
  SynthesisRequest,
  SynthesisUpdate,
} from "../../shared/synthesis.ts";
import { steppedOf } from "../../shared/stepped.ts";
import { float32 } from "../../shared/tensor.ts";
import type { Note } from "../../shared/updates.ts";
import { drawn } from "./canvas.ts";
import { CheckpointPace } from "./checkpoint-pace.ts";
import { atFrameSize } from "./frame-size.ts";
import type { Beat } from "./pulse.ts";
import { Course, endedBefore, isSameReach } from "./stages.ts";
import type { Ahead, Grown, Said, Verdict, Worth } from "./technique.ts";

/** Milliseconds between two frames where not all are asked for: ten a second. */
const between = 100;
/** How many times as long as a frame takes to be shown the picture is worked on before the next: large sheets are slow. */
const workPerFrame = 4;

/** How a run ends before it is through. */
interface Ends {
  readonly signal: AbortSignal;
  /** Aborted when the step that is at work is to be the last. */
  readonly pausing: AbortSignal;
  /** Lets what is at work go: nobody waits for it. */
  readonly leave: () => void;
}

/** What a technique yields, and after its last step what came of it, found out while all that makes the picture is at hand. */
export async function* appraised(
  grown: AsyncIterable<Grown | Said | Verdict | Ahead>,
  signal: AbortSignal,
): AsyncGenerator<Grown | Said | Verdict | Ahead | Worth, void> {
  for await (const each of grown) {
    yield each;
    if ("canvas" in each && each.worth && each.done === each.total && !signal.aborted)
      yield { worth: await each.worth() };
  }
}

/** What is made, and which stage of it. */
interface About {
  readonly recipe: Recipe;
  readonly made: MadeWith;
  readonly title: string;
  /** Where it stood already, where it goes on as if there had been no pause. */
  readonly reached?: Reach | undefined;
  /** Where stages are played: which one it is. */
  readonly stage?: number | undefined;
  /** Whether another one follows: it ends with what that begins with, and not with the picture. */
  readonly isFollowed?: boolean | undefined;
}

/** What a technique yields, as it crosses to a view. Returns what the next stage begins with, where one follows. */
export async function* told(
  grown: AsyncIterable<Grown | Said | Verdict | Ahead | Worth | Beat>,
  request: Omit<SynthesisRequest, "before">,
  { recipe, made, title, reached, stage, isFollowed = false }: About,
  { signal, pausing, leave }: Ends,
): AsyncGenerator<SynthesisUpdate, Checkpoint | undefined> {
  const start = performance.now();
  const { until } = request;
  const course = new Course(reached);
  let reach = reached;
  const kept = (): Omit<Checkpoint, keyof Standing> => ({
    technique: request.technique,
    made,
    ...(reach && { recipe: { ...recipe, until: reach } }),
    ...(stage !== undefined && { stage }),
  });
  const standing = ({ checkpoint }: Grown): Checkpoint => ({ ...checkpoint(), ...kept() });
  /** Since the last frame, the newest among them. */
  let steps: Stepped[] = [];
  const framed = (newest: Grown, checkpoint: Checkpoint | undefined): Frame => {
    const between = steps.slice(0, -1);
    steps = [];
    return { ...frameOf(newest, reach, checkpoint), ...(between.length && { between }) };
  };
  let due = -Infinity;
  /** Milliseconds from the latest frame to the next. */
  let wait = 0;
  let first: number | undefined;
  let last: Grown | undefined;
  let worth: number | undefined;
  let beside: readonly Beside[] | undefined;
  const remarks = new Remarks(title);
  let ahead = { done: 0, total: 0 };
  /** The last step is looked at once more before it counts: what was told does not go back for that. */
  let farthest = 0;
  let filmSaid: string | undefined;
  let isStopped = false;
  const pace = new CheckpointPace();
  for await (const each of grown) {
    if ("of" in each) {
      // In the midst of a step everything stands as the step before has left it.
      if (pausing.aborted && last && last.done < last.total) {
        yield framed(last, standing(last));
        leave();
        return undefined;
      }
      const { done, total } = last ?? ahead;
      farthest = Math.max(farthest, Math.min(total, done + each.done / each.of));
      yield { kind: "progress", done: farthest, total, unit: "steps" };
      continue;
    }
    if ("ahead" in each) {
      ({ ahead } = each);
      farthest = ahead.done;
      last = undefined; // what was made before is given up
      steps = [];
      remarks.giveUp();
      yield { kind: "progress", ...ahead, unit: "steps" };
      continue;
    }
    if ("said" in each) {
      yield note(each.key, title, each.said, "info");
      continue;
    }
    if ("verdict" in each) {
      ({ beside } = each);
      const { verdict, more, good } = each;
      yield { ...note("verdict", title, verdict, good ? "good" : "warning"), ...(more !== undefined && { more }) };
      continue;
    }
    if (!("canvas" in each)) {
      ({ worth } = each);
      continue;
    }
    if (each.octave !== last?.octave) remarks.begin();
    if (each.remark !== undefined) yield* remarks.say(each.remark);
    reach = course.step(each.done);
    steps.push(steppedOf(each));
    const isEnd = until !== undefined && isSameReach(reach, until);
    // After the last step there is nothing to go on with: what the run ends with is heard.
    if (pausing.aborted && (isEnd ? isFollowed : each.done < each.total)) {
      yield framed(each, standing(each));
      return undefined;
    }
    // Octaves are pictures of different sizes: what they come to cannot be compared.
    // What begins anew climbs something else.
    // What a search hands over takes no step.
    if (each.octave !== last?.octave || (each.step === 1 && each.done !== last.done)) first = each.objective;
    last = each;
    farthest = each.done;
    worth = undefined;
    const now = performance.now();
    const isFilm = request.frames === "film";
    const isDue = (isFilm ? each.making?.isWhole !== false : request.frames === "all") || now >= due;
    const isLast = isEnd || each.done === each.total;
    // Of a zoom each picture comes: a film needs them all. A sheet shows those before once more: its newest comes a frame early at most.
    const isWhole = each.making?.isWhole === true && (!each.sheet || now >= due - wait);
    if (isDue || isWhole || isLast) {
      const isKept = request.checkpoints && (request.frames === "all" || pace.isDue(now) || isLast);
      const frame = framed(each, isKept ? standing(each) : undefined);
      if (frame.checkpoint) pace.sent(frame.checkpoint, now);
      if (isFilm) {
        const count = each.making?.pictures ?? each.total;
        const remark = filmRemark(frame.picture, count);
        if (remark !== undefined && remark !== filmSaid) yield note("film", title, remark, "info");
        filmSaid = remark;
        yield { ...frame, picture: await atFrameSize(frame.picture, filmSize(frame.picture, count)) };
      } else yield frame;
      const shown = performance.now();
      wait = Math.max(between, (1 + workPerFrame) * (shown - now));
      // What came early, the next one makes up for.
      due = Math.min(Math.max(now, due), now + wait) + wait;
    }
    if (isEnd) {
      isStopped = true;
      if (!isFollowed) worth = await each.worth?.();
      break;
    }
  }
  if (!last || !reach || signal.aborted) return undefined;
  if (until && !isStopped) yield note("ended-before", title, endedBefore(until, reach), "warning");
  if (isFollowed) return standing(last);
  const finished: Finished = {
    kind: "finished",
    picture: drawn(last.canvas),
    ...(last.sheet && { sheet: last.sheet }),
    ...(request.floats && { floats: float32(last.canvas.shape, last.canvas.data.slice()) }),
    recipe: isStopped ? { ...recipe, until: reach } : recipe,
    ...(last.objective !== undefined && { objective: [first ?? NaN, worth ?? last.objective] }),
    steps: isStopped ? last.done : last.total,
    ...(beside && { beside }),
    seconds: (performance.now() - start) / 1000,
  };
  yield finished;
  return undefined;
}

/** What is said of steps, each once: what is said again takes its own place, or that of what is no longer so. */
class Remarks {
  readonly #texts = new Map<string, string>();
  #count = 0;
  /** The key of what was said last on the way that is being gone. */
  #latest: string | undefined;
  /** The same of one that was given up. */
  #stale: string | undefined;

  constructor(private readonly title: string) {}

  begin(): void {
    this.#latest = undefined;
  }

  /** The next remark says what is done instead. */
  giveUp(): void {
    this.#stale = this.#latest;
  }

  *say(text: string): Generator<Note, void> {
    const isSaid = [...this.#texts.values()].includes(text);
    if (isSaid && this.#stale === undefined) return;
    const key = this.#stale ?? `remark-${++this.#count}`;
    this.#texts.set(key, text);
    [this.#latest, this.#stale] = [key, undefined];
    yield note(key, this.title, text, "info");
  }
}

export const note = (key: string, title: string, text: string, level: Note["level"]): Note => ({
  kind: "note",
  key,
  title,
  level,
  text,
});

const frameOf = (
  { canvas, checkpoint: _, remark: _remark, worth: _worth, ...where }: Grown,
  reach: Reach | undefined,
  checkpoint: Checkpoint | undefined,
): Frame => ({
  kind: "frame",
  picture: drawn(canvas),
  ...where,
  ...(reach?.returns !== undefined && { returns: reach.returns }),
  ...(checkpoint && { checkpoint }),
});
