import type { LayerAnatomy, Stroke } from "../../src/shared/inside.ts";
import { layerCalled } from "../../src/shared/layer-called.ts";
import type { Compared, modelPanel, PanelPhoto, PhotoSlot, Traced } from "../../src/shared/model-panel.ts";
import type { LayerCard, ModelCard, ModelChoice } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Client, Failure } from "../../src/shared/rpc.ts";
import type { NodeCard, Structure } from "../../src/shared/structure.ts";
import { Fetched } from "../shared/fetched.ts";
import type { Notice } from "../shared/notice.ts";
import { listening } from "./learned.ts";
import type { Learned } from "./learned.ts";
import type { Remembered } from "./remembered.ts";

export type Host = Client<typeof modelPanel>;
type Subject = Awaited<ReturnType<Host["subject"]>>;

/** Layers under one roof, by their names. */
export interface Module {
  readonly name: string;
  readonly layers: readonly string[];
}

/** All that the editor's page knows, and all that a person can do in it. Knows nothing of how it is drawn. */
export class Session {
  readonly host: Host;
  readonly subject: Fetched<Subject>;
  readonly structure: Fetched<Structure>;
  readonly card: Fetched<ModelCard>;
  readonly anatomy: Fetched<readonly LayerAnatomy[]>;
  /** Known before the network has looked at it. */
  readonly chosenPhoto: Fetched<Pick<PanelPhoto, "name" | "path"> | undefined>;
  readonly photo: Fetched<PanelPhoto | undefined>;
  readonly other: Fetched<PanelPhoto | undefined>;
  readonly photos: Fetched<readonly ModelChoice[]>;
  notice: Notice | undefined;
  /** The channel under the pointer, which the large view shows; undefined: the chosen one. */
  hovered: number | undefined;
  /** How often the table of dead filters was asked for from elsewhere: each time there is another one to show. */
  deadAsked = 0;
  /** How often what fires a channel was asked for from elsewhere: each time there is a section to lead to. */
  firesAsked = 0;
  /** What a box's menu asked the graph for last: each time another object. */
  traced: Traced | undefined;
  /** The block of the graph that was chosen, where the layer that is looked at is only the last of several in it. */
  module: Module | undefined;
  /** What it stands beside in a diff editor. */
  compared: Compared | undefined;
  /** The brush is in hand: what it did to the photo is being looked at. */
  painting = false;
  /** What other regions' questions told of a layer: for the table of facts. */
  learned: Learned = {};
  /** Counts what makes every answer about the model or one of the photos outdated: part of the key of each question. */
  #modelState = 0;
  readonly #photoStates = { current: 0, other: 0 } satisfies Record<PhotoSlot, number>;

  constructor(
    host: Host,
    public remembered: Remembered,
    private readonly redraw: () => void,
  ) {
    const changed = () => this.changed();
    this.host = listening(host, this, (learned) => {
      this.learned = { ...this.learned, ...learned };
      changed();
    });
    this.subject = new Fetched(changed);
    this.structure = new Fetched(changed);
    this.card = new Fetched(changed);
    this.anatomy = new Fetched(changed);
    this.chosenPhoto = new Fetched(changed);
    this.photo = new Fetched(changed);
    this.other = new Fetched(changed);
    this.photos = new Fetched(changed);
  }

  start(): void {
    this.#load();
    void this.attempt(() => this.#follow());
    void this.attempt(() => this.#reveal());
    void this.attempt(() => this.#compare());
    if (this.remembered.layer !== undefined) this.#tell(this.remembered.layer);
  }

  changed(): void {
    this.redraw();
  }

  get layers(): readonly LayerCard[] {
    return this.card.value?.layers ?? [];
  }

  /** The chosen layer; until one is chosen, or when it is gone from the file, the one where Grad-CAM would look. */
  get layer(): LayerCard | undefined {
    return layerCalled(this.layers, this.remembered.layer) ?? layerCalled(this.layers, this.card.value?.defaultLayer);
  }

  get node(): NodeCard | undefined {
    const { node } = this.remembered;
    return node === undefined ? undefined : this.structure.value?.nodes[node];
  }

  anatomyOf(layer: string): LayerAnatomy | undefined {
    return this.anatomy.value?.find((each) => each.layer === layer);
  }

  /** What all answers about the model depend on; and those about a photo. Part of every question's key. */
  get modelKey(): string {
    return `${this.#modelState}`;
  }
  /** The photo as it is, whatever was painted on it. */
  get plainPhotoKey(): string {
    return this.photoKey("current", []);
  }
  photoKey(
    slot: PhotoSlot = "current",
    strokes: readonly Stroke[] = slot === "current" ? this.remembered.strokes : [],
  ): string {
    return JSON.stringify([this.#modelState, this.#photoStates[slot], slot, strokes]);
  }

  get hasPhoto(): boolean {
    return this.photo.value !== undefined;
  }

  selectLayer(layer: string | undefined, module?: Module): void {
    const { layer: looked, node, side } = this.remembered;
    if (layer === looked && node === undefined && side === "layer" && module?.name === this.module?.name) return;
    this.module = module;
    const { node: _node, channel: _channel, place: _place, layer: before, ...rest } = this.remembered;
    const same =
      layer === before
        ? { ...(_channel !== undefined && { channel: _channel }), ...(_place && { place: _place }) }
        : {};
    this.remembered = { ...rest, ...same, ...(layer !== undefined && { layer }), side: "layer" };
    this.#tell(layer);
    this.changed();
  }

  selectNode(node: number): void {
    const layer = this.layers[this.structure.value?.nodes[node]?.layer ?? -1]?.name;
    if (layer !== undefined) this.selectLayer(layer);
    this.remember({ node, tab: "node", side: "layer" });
  }

  selectChannel(channel: number | undefined): void {
    const { channel: _before, place: _place, ...rest } = this.remembered;
    this.remembered = { ...rest, ...(channel !== undefined && { channel }) };
    this.changed();
  }

  selectPlace(channel: number, place: readonly [number, number]): void {
    this.remember({ channel, place });
  }

  remember(choice: Partial<Remembered>): void {
    this.remembered = { ...this.remembered, ...choice };
    this.changed();
  }

  say(text: string, level: Notice["level"] = "info"): void {
    this.notice = { text, level };
    this.changed();
  }

  /** Does what may be refused; a refusal is said. */
  async attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      const failure: Failure = failureOf(error);
      if (failure.name !== "Canceled") this.say(failure.message, "warning");
      return undefined;
    }
  }

  /** Reads and asks everything once more, as when what failed may work now. */
  again(): void {
    this.#modelState++;
    this.#load();
    this.changed();
  }

  #tell(layer: string | undefined): void {
    void this.host.looksAt({ layer }).catch(() => undefined); // only the tree's mark depends on it
  }

  #load(): void {
    const { host } = this;
    const key = this.modelKey;
    this.subject.ask(key, (signal) => host.subject(undefined, signal));
    this.structure.ask(key, (signal) => host.structure(undefined, signal));
    this.card.ask(key, (signal) => host.card(undefined, signal));
    this.anatomy.ask(key, (signal) => host.anatomy(undefined, signal));
    this.photos.ask(key, (signal) => host.photos(undefined, signal));
    this.#look();
  }

  #look(): void {
    const key = this.plainPhotoKey;
    this.chosenPhoto.ask(key, (signal) => this.host.chosenPhoto(undefined, signal));
    this.photo.ask(key, (signal) => this.host.photo({ photo: "current" }, signal));
    this.other.ask(this.photoKey("other"), (signal) => this.host.photo({ photo: "other" }, signal));
  }

  async #follow(): Promise<void> {
    for await (const { what } of this.host.changed(undefined)) {
      if (what === "model") this.#modelState++;
      if (what !== "other") this.#photoStates.current++;
      if (what !== "photo") this.#photoStates.other++;
      if (what === "photo") this.remembered = { ...this.remembered, strokes: [] };
      if (what === "model") this.#load();
      else this.#look();
      this.changed();
    }
  }

  async #compare(): Promise<void> {
    for await (const { compared } of this.host.compared(undefined)) {
      this.compared = compared;
      this.changed();
    }
  }

  async #reveal(): Promise<void> {
    for await (const asked of this.host.reveal(undefined))
      if ("layer" in asked) {
        this.selectLayer(asked.layer);
        if (asked.channel !== undefined) this.selectChannel(asked.channel);
        if (asked.section === "fires") {
          this.firesAsked++;
          this.remember({ tab: "unit" });
        }
      } else if ("box" in asked) {
        this.traced = asked;
        this.changed();
      } else {
        this.deadAsked++;
        this.remember({ side: "dead", deadOver: asked.dead });
      }
  }
}
