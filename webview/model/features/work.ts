import type { Stroke } from "../../../src/shared/inside.ts";
import type { Prediction } from "../../../src/shared/protocol.ts";
import type { Failure } from "../../../src/shared/rpc.ts";
import type { Range } from "../../shared/quantized.ts";
import type { Remembered } from "../remembered.ts";
import type { Session } from "../session.ts";
import { Brush } from "./brush.ts";
import { channelsOf, isNumbers } from "./held.ts";
import type { Held } from "./held.ts";
import { Latest } from "./latest.ts";
import { MapSource } from "./map-source.ts";
import type { Wanted } from "./map-source.ts";
import { ordered } from "./order.ts";
import { channelRange, differenceRange, layerRange } from "./scale.ts";
import { Seeing } from "./seeing.ts";

/** Bytes of maps that are fetched for an order that compares them all. */
const mostCompared = 32e6;

/** Whether the maps of all channels must be at hand to tell which come first, or which come at all. */
const comparesAll = ({ sort, shown }: Pick<Remembered, "sort" | "shown">): boolean =>
  sort === "most alike" || sort === "most different" || shown === "doubled";

/** What the tab of feature maps has at hand, and what it asks for. Knows nothing of how it is drawn. */
export class Work {
  readonly brush: Brush;
  /** The photo as the network sees it, and the one that it is compared with. */
  readonly photo: Seeing;
  readonly otherPhoto: Seeing;
  /** Channels in sight, which the grid says. */
  visible: readonly number[] = [];
  painted: Prediction | undefined;
  readonly #first: MapSource;
  readonly #second: MapSource;
  readonly #predictions: Latest<readonly Stroke[], Prediction>;
  #photoKey = "";
  /** Whether every channel is needed, as for a picture of all. */
  #all = false;
  #order: { readonly key: string; readonly layer: string; readonly channels: readonly number[] } | undefined;

  constructor(private readonly session: Session) {
    const changed = () => session.changed();
    const host = () => session.host;
    this.brush = new Brush({
      get: () => session.remembered.strokes,
      set: (strokes) => session.remember({ strokes }),
    });
    this.#first = new MapSource(host, changed);
    this.#second = new MapSource(host, changed);
    this.photo = new Seeing(host, changed);
    this.otherPhoto = new Seeing(host, changed);
    this.#predictions = new Latest(
      (strokes, signal) => session.host.predictPainted({ strokes }, signal),
      (prediction) => (this.painted = prediction),
      changed,
    );
  }

  /** The maps that are shown first. */
  get a(): Held | undefined {
    return this.#first.held;
  }
  /** Those that they are compared with. */
  get b(): Held | undefined {
    const { a } = this;
    const { held } = this.#second;
    return this.#wantedB() && held && a && held.layer === a.layer && channelsOf(held) === channelsOf(a)
      ? held
      : undefined;
  }
  get failure(): Failure | undefined {
    return this.#first.failure ?? (this.#wantedB() ? this.#second.failure : undefined);
  }
  /** What is in sight is of an earlier question. */
  get outdated(): boolean {
    const wanted = this.#wantedA();
    return wanted !== undefined && !this.#first.answers(wanted);
  }
  get difference(): boolean {
    return this.session.remembered.difference === true && this.b !== undefined;
  }

  /** Asks for what is missing. The session's regions may call it whenever something changed. */
  ask(): void {
    const { session, brush } = this;
    const photo = session.plainPhotoKey;
    if (photo !== this.#photoKey) {
      this.#photoKey = photo;
      brush.forget();
      this.#predictions.drop();
      this.painted = undefined;
    }
    const a = this.#wantedA();
    if (!a) return;
    const need = this.#need();
    this.#first.want(a, need);
    const b = this.#wantedB();
    if (b) this.#second.want(b, need);
    this.photo.want(photo, "current", brush.strokes);
    const { picture } = this.photo;
    if (picture) brush.fitTo(Math.min(picture.width, picture.height));
    if (session.remembered.compare === "other" && session.other.value)
      this.otherPhoto.want(session.photoKey("other"), "other", []);
    if (brush.strokes.length) this.#predictions.put(JSON.stringify(brush.strokes), brush.strokes);
  }

  /** The channels of the grid, in its order. While a stroke is drawn everything keeps its place. */
  get order(): readonly number[] {
    const { a, b } = this;
    if (!a) return [];
    const { sort, shown, channel } = this.session.remembered;
    const listed = this.listed?.channels;
    const compares = comparesAll({ sort, shown });
    const arrived = compares ? [a.planes.size, b?.key, b?.planes.size] : [];
    const chosen = sort === "most alike" ? this.#chosen(a, channel) : undefined;
    const key = JSON.stringify([a.key, sort, shown, chosen, listed, ...arrived]);
    const keeps = this.brush.live && this.#order?.layer === a.layer;
    if (!this.#order || (this.#order.key !== key && !keeps))
      this.#order = { key, layer: a.layer, channels: ordered(a, { sort, shown, chosen, other: b, listed }) };
    return this.#order.channels;
  }

  /** The list of channels that a table opened, where it is of this layer. */
  get listed(): Remembered["listed"] {
    const { shown, listed } = this.session.remembered;
    return shown === "listed" && listed?.layer === this.a?.layer ? listed : undefined;
  }

  /** The channel that is looked at large: under the pointer, else chosen, else the first. */
  get channel(): number | undefined {
    const { a, session } = this;
    if (!a) return undefined;
    const is = (channel: number | undefined) => channel !== undefined && channel < channelsOf(a);
    if (is(session.hovered)) return session.hovered;
    return is(session.remembered.channel) ? session.remembered.channel : (this.order[0] ?? 0);
  }

  /** What the colours of each channel span. */
  ranges(): (channel: number) => Range {
    const { a, b, session } = this;
    const { scale, signed } = session.remembered;
    if (!a) return () => ({ low: 0, high: 0, clipped: false });
    const { visible } = this;
    const both = b ? [a, b] : [a];
    const withZero = (range: Range) =>
      isNumbers(a) ? { ...range, low: Math.min(0, range.low), high: Math.max(0, range.high) } : range;
    const of = (channels: readonly number[] | undefined, one: number) =>
      this.difference && b
        ? differenceRange(a, b, channels ?? [one])
        : withZero(channels ? layerRange(both, signed) : channelRange(both, one, signed));
    if (scale === "channel") return (channel) => of(undefined, channel);
    const whole = of(visible, 0);
    return () => whole;
  }

  get signed(): boolean {
    return this.session.remembered.signed || this.difference;
  }

  /** Settles when the maps of all that the grid lists are at hand, as far as they fit; how many channels that is. */
  async complete(): Promise<number> {
    const { order } = this;
    this.#all = true;
    try {
      this.session.changed();
      const lacking = () => this.order.some((channel) => this.a && !this.a.planes.has(channel));
      for (let turn = 0; lacking() && !this.failure && turn < 400; turn++) {
        this.ask();
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    } finally {
      this.#all = false;
    }
    return order.length;
  }

  again(): void {
    for (const each of [this.#first, this.#second, this.photo, this.otherPhoto]) each.forget();
    this.session.changed();
  }

  #chosen(a: Held, channel: number | undefined): number {
    if (channel !== undefined && channel < channelsOf(a)) return channel;
    return ordered(a, { sort: "most active", shown: "all", chosen: undefined })[0] ?? 0;
  }

  #need(): readonly number[] {
    const { a, session } = this;
    const looked = this.channel;
    const need = new Set(looked === undefined ? this.visible : [...this.visible, looked]);
    if (a && this.#all) for (const channel of this.order) need.add(channel);
    if (a && !this.brush.live && comparesAll(session.remembered)) {
      const [channels, height, width] = a.arrangement.shape;
      const most = Math.min(channels, Math.floor(mostCompared / (height * width)));
      for (let c = 0; c < most; c++) need.add(c);
    }
    return [...need].filter((channel) => !a || channel < channelsOf(a));
  }

  #wanted(photo: "current" | "other", strokes: readonly Stroke[]): Wanted | undefined {
    const { session } = this;
    const { layer } = session;
    if (!layer || !session.hasPhoto) return undefined;
    const subject = JSON.stringify([session.photoKey(photo, []), layer.name]);
    return { subject, layer: layer.name, photo, strokes };
  }

  #wantedA(): Wanted | undefined {
    return this.#wanted("current", this.session.remembered.compare === "brushed" ? [] : this.brush.strokes);
  }

  #wantedB(): Wanted | undefined {
    const { compare } = this.session.remembered;
    if (compare === "other") return this.session.other.value ? this.#wanted("other", []) : undefined;
    return compare === "brushed" && this.brush.strokes.length ? this.#wanted("current", this.brush.strokes) : undefined;
  }
}
