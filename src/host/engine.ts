import { totalmem } from "node:os";
import { basename, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as vscode from "vscode";
import type { Playing } from "../shared/dream-panel.ts";
import type { engine, RunRequest, TechniqueCard } from "../shared/protocol.ts";
import type { Client, Stream } from "../shared/rpc.ts";
import type { SynthesisCard } from "../shared/synthesis.ts";
import type { Update } from "../shared/updates.ts";
import { createSupervisor } from "../supervisor/supervisor.ts";
import type { Job, Supervisor, SupervisorState } from "../supervisor/types.ts";
import { wordingOf } from "../supervisor/wording.ts";
import { progressWords, withClassName } from "./job-title.ts";

/** What an engine keeps as it was when it started. */
const ofStart = ["memoryLimit", "device", "nodePath"].map((name) => `glassbox.engine.${name}`);

type Calls = typeof engine;
type Streams = { [K in keyof Calls]: Calls[K] extends Stream<never, unknown> ? K : never }[keyof Calls];
type Asked<K extends Streams> = Parameters<Client<Calls>[K]>[0];
type Told<K extends Streams> = Calls[K] extends Stream<never, infer U> ? U : never;

/** What a person who sees a job in a list wants of it. */
export interface AboutJob {
  /** The class that it is about, by its name, once that is known. */
  readonly label?: () => string | undefined;
  /** Where a recipe is played, at which of its stages it is: a job knows its steps alone. */
  readonly playing?: () => Playing | undefined;
  /** Brings to the front where its answer is shown. */
  readonly reveal?: () => void;
}

interface Run extends AboutJob {
  /** As the job has them: by this very object it is found. */
  readonly params: unknown;
  /** Its model's name. */
  readonly model: string;
}

/** The supervisor of the engine process, as the settings want it. Nothing starts before the first call. */
export class Engine implements vscode.Disposable {
  readonly #entry: string;
  readonly #changed = new vscode.EventEmitter<SupervisorState>();
  readonly #settings: vscode.Disposable;
  readonly #runs = new Set<Run>();
  #techniques: readonly TechniqueCard[] | undefined;
  #syntheses: readonly SynthesisCard[] | undefined;
  #supervisor: Supervisor | undefined;
  readonly onChange = this.#changed.event;

  constructor(
    extension: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#entry = join(extension.fsPath, "dist", "engine.js");
    this.#settings = vscode.workspace.onDidChangeConfiguration((change) => {
      const changed = ofStart.find((setting) => change.affectsConfiguration(setting));
      if (changed !== undefined) this.#supervisor?.restart(changed);
    });
  }

  get supervisor(): Supervisor {
    return (this.#supervisor ??= this.#create());
  }

  get client(): Client<Calls> {
    return this.supervisor.client;
  }

  /** The catalogue, which is the same for every model: asked for once. */
  async techniques(): Promise<readonly TechniqueCard[]> {
    this.#techniques ??= await this.client.techniques();
    return this.#techniques;
  }

  /** The same of the techniques that make pictures. */
  async syntheses(): Promise<readonly SynthesisCard[]> {
    this.#syntheses ??= await this.client.syntheses();
    return this.#syntheses;
  }

  /** A technique's title, once the catalogue is known; its id until then. */
  titleOf(technique: string): string {
    const cards = [...(this.#techniques ?? []), ...(this.#syntheses ?? [])];
    return cards.find(({ id }) => id === technique)?.title ?? technique;
  }

  /** A job as a person reads it: "DeepDream of cat.png by squeezenet1.1.onnx", where it is "deep-dream of…" otherwise. */
  jobTitle(job: Job): string {
    const { title } = job;
    const technique = techniqueIn(title);
    const run = this.#runOf(job);
    const label = run?.label?.();
    const words = run && label !== undefined ? withClassName(title, run.model, label) : title;
    return this.titleOf(technique) + words.slice(technique.length);
  }

  /** The same in short: the technique's title; of a picture that is made also of which photo, or by which model. */
  shortTitle(job: Job): string {
    const technique = techniqueIn(job.title);
    if (!this.#syntheses?.some(({ id }) => id === technique)) return this.titleOf(technique);
    const whole = this.jobTitle(job);
    return whole.includes(" of ") ? whole.slice(0, whole.lastIndexOf(" by ")) : whole;
  }

  /** How far it is: " 7/20"; empty where nothing is known. */
  jobProgress(job: Job): string {
    const { done, total } = job;
    return progressWords({ done, total, playing: this.#runOf(job)?.playing?.() });
  }

  /** The way to where the job's answer is shown; undefined where that is nowhere. */
  revealOf(job: Job): (() => void) | undefined {
    return this.#runOf(job)?.reveal;
  }

  #runOf({ params }: Job): Run | undefined {
    return [...this.#runs].find((run) => run.params === params);
  }

  /** The stream of a technique's findings. */
  run(request: RunRequest, signal: AbortSignal, about?: AboutJob): AsyncGenerator<Update, void> {
    return this.job("run", request, signal, about);
  }

  /** Any stream, as a job of which a person can be told more than its title. */
  async *job<K extends Streams>(
    call: K,
    params: Asked<K>,
    signal: AbortSignal,
    about: AboutJob = {},
  ): AsyncGenerator<Told<K>, void> {
    const run = { ...about, params, model: basename(wordingOf(call, params).model) };
    const start = this.client[call] as (params: Asked<K>, signal: AbortSignal) => AsyncGenerator<Told<K>, void>; // one of the streams
    this.#runs.add(run);
    try {
      yield* start(params, signal);
    } finally {
      this.#runs.delete(run);
    }
  }

  #create(): Supervisor {
    const supervisor = createSupervisor({
      entry: this.#entry,
      nodePath: () => setting("nodePath", "").trim() || undefined,
      deadline: () => setting("deadline", 120),
      memoryLimit: () => setting("memoryLimit", 0) * 1024 ** 3 || totalmem() / 2,
      device: () => setting("device", "cpu"),
      titleOf: (technique) => this.titleOf(technique),
      log: (line) => this.log.info(stripVTControlCharacters(line)), // ONNX Runtime colours its lines for terminals
    });
    supervisor.onChange((state) => this.#changed.fire(state));
    return supervisor;
  }

  dispose(): void {
    this.#supervisor?.dispose();
    this.#settings.dispose();
    this.#changed.dispose();
  }
}

/** Job titles begin with the technique's id: "occlusion of kitten.png by squeezenet1.1.onnx". */
const techniqueIn = (title: string): string => title.split(/ (?:of|over|by) /)[0] ?? title;

const setting = <T>(name: string, otherwise: T): T =>
  vscode.workspace.getConfiguration("glassbox.engine").get<T>(name, otherwise);
