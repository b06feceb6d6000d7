import type { ExactPhoto, Glimpse } from "../../src/shared/protocol.ts";
import { drawPhoto } from "./canvases.ts";
import type { DrawnPhoto } from "./canvases.ts";

/** The photo as it is drawn: at first a copy with losses, which is here with the map, then its exact pixels. */
export class PhotoOnScreen {
  drawn: DrawnPhoto | undefined;
  /** Settles when nothing better than what is drawn will come. */
  complete: Promise<void> = Promise.resolve();
  decoding = false;
  #of: Glimpse | undefined;
  #prepared: { readonly of: Glimpse; readonly drawn: Promise<DrawnPhoto> } | undefined;
  #sharpening = false;
  #failed = false;
  #settle: () => void = () => undefined;

  /** `exact`: asks for the pixels; `changed`: something else is drawn now; `lost`: what of it could not be had. */
  constructor(
    private readonly exact: () => Promise<ExactPhoto>,
    private readonly changed: () => void,
    private readonly lost: (what: "photo" | "pixels") => void,
  ) {}

  /** Decodes it already, before there is anything to show over it. */
  prepare(glimpse: Glimpse): Promise<DrawnPhoto> {
    if (this.#prepared?.of === glimpse) return this.#prepared.drawn;
    const drawn = drawPhoto(new Blob([new Uint8Array(glimpse.jpeg)], { type: "image/jpeg" }), false);
    drawn.catch(() => undefined); // is told when it is to be shown
    this.#prepared = { of: glimpse, drawn };
    return drawn;
  }

  /** The photo of what is looked at now. True where that is another than before: it is being decoded. */
  follow(glimpse: Glimpse | undefined): boolean {
    if (!glimpse || glimpse === this.#of) return false;
    const same = this.drawn && glimpse.pixels === this.#of?.pixels;
    this.#of = glimpse;
    if (!same || this.#failed) this.#sharpening = false;
    this.#failed = false;
    if (same) return false;
    this.decoding = true;
    this.#settle();
    this.complete = new Promise((resolve) => (this.#settle = resolve));
    void this.#draw(glimpse);
    return true;
  }

  /** To be called when the copy is on screen: not before, as the map would have to wait for the pixels. */
  sharpen(): void {
    if (!this.#of || !this.drawn || this.decoding || this.#sharpening) return;
    this.#sharpening = true;
    void this.#sharpen(this.#of).then(this.#settle);
  }

  async #draw(glimpse: Glimpse): Promise<void> {
    const drawn = await this.prepare(glimpse).catch(() => undefined);
    if (this.#of !== glimpse) return; // another one is on its way
    this.drawn = drawn;
    this.decoding = false;
    if (!drawn) {
      this.lost("photo");
      this.#settle();
    }
    this.changed();
  }

  async #sharpen(glimpse: Glimpse): Promise<void> {
    try {
      const { pixels, png } = await this.exact();
      // Else the file has changed, or the next photo has this one's place: what is looked at will change too.
      if (pixels !== glimpse.pixels) return;
      const drawn = await drawPhoto(new Blob([new Uint8Array(png)], { type: "image/png" }), true);
      if (this.#of?.pixels !== glimpse.pixels) return;
      this.drawn = drawn;
      this.#prepared = undefined; // its pixels are many
      this.changed();
    } catch {
      if (this.#of?.pixels !== glimpse.pixels) return;
      this.#failed = true;
      this.lost("pixels");
    }
  }
}
