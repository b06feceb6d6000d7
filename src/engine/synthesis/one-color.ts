import type { Picture } from "../images/picture.ts";

/** What is to be said where a picture has no texture. */
export function oneColor({ pixels }: Picture): string | undefined {
  const flat = pixels.every((byte, i) => byte === pixels[i % 3]);
  return flat ? "The picture is of one colour: there is no texture in it, only that colour." : undefined;
}
