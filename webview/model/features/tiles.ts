import { isDark } from "../../shared/theme.ts";
import type { ThemeKind } from "../../shared/theme.ts";
import type { Range } from "../../shared/quantized.ts";
import type { Held, Plane } from "./held.ts";
import { difference } from "./scale.ts";
import { shades, tintPlane, tintValues } from "./tint.ts";

/** Pictures of maps, each painted once for the same colours. */
export class Tiles {
  readonly #pictures = new Map<string, HTMLCanvasElement>();
  readonly #names = new WeakMap<Plane, number>();
  #named = 0;

  constructor(private readonly theme: () => ThemeKind) {}

  /** Undefined where its bytes have not come yet. */
  map(held: Held, channel: number, range: Range, signed: boolean): HTMLCanvasElement | undefined {
    const plane = held.planes.get(channel);
    const key = this.#key([plane], range, signed);
    return plane && this.#picture(key, held, () => tintPlane(plane, range, signed, this.#shades(signed)));
  }

  /** b − a. */
  difference(a: Held, b: Held, channel: number, range: Range): HTMLCanvasElement | undefined {
    const key = this.#key([a.planes.get(channel), b.planes.get(channel)], range, true);
    const known = this.#pictures.get(key);
    if (known) return known;
    const values = difference(a, b, channel);
    return values && this.#picture(key, a, () => tintValues(values, range, true, this.#shades(true)));
  }

  #shades(signed: boolean) {
    return shades(signed, isDark(this.theme()));
  }

  #key(planes: readonly (Plane | undefined)[], { low, high }: Range, signed: boolean): string {
    return [...planes.map((plane) => this.#name(plane)), low, high, signed, this.theme()].join();
  }

  #name(plane: Plane | undefined): number {
    if (!plane) return -1;
    let name = this.#names.get(plane);
    if (name === undefined) this.#names.set(plane, (name = this.#named++));
    return name;
  }

  #picture(key: string, { arrangement: { shape } }: Held, paint: () => Uint32Array<ArrayBuffer>): HTMLCanvasElement {
    const known = this.#pictures.get(key);
    if (known) return known;
    const [, height, width] = shape;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.max(1, width), Math.max(1, height)];
    const rgba = new Uint8ClampedArray(paint().buffer);
    if (rgba.length) canvas.getContext("2d")?.putImageData(new ImageData(rgba, width, height), 0, 0);
    this.#pictures.set(key, canvas);
    if (this.#pictures.size > kept)
      for (const old of [...this.#pictures.keys()].slice(0, kept / 4)) this.#pictures.delete(old);
    return canvas;
  }
}

const kept = 800;
