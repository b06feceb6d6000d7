import type { Preparation } from "../../src/shared/preparation.ts";
import type { Session } from "./session.ts";

/** How much two shapes may differ and still be the same: sizes are whole numbers. */
const tolerance = 0.02;

const fits: Readonly<Record<Preparation["fit"], string>> = {
  crop: "the largest part of that shape around the photo's centre",
  stretch: "the whole photo, stretched",
  pad: "the whole photo, with black beside it",
};

/**
 * Where the picture has the network's own size in place of the photo's: what is seen of the photo in it, and how it was made
 * to fit. Undefined where the picture has the photo's shape, or starts from none.
 */
export function networksView(
  session: Pick<Session, "shown" | "recipe" | "original" | "enlarged">,
): { readonly text: string; readonly fit: Preparation["fit"] } | undefined {
  const { shown, recipe, original, enlarged } = session;
  const { preparation } = recipe ?? {};
  const photo = original?.photo;
  if (!shown || shown.sheet || enlarged !== undefined || !photo || !preparation) return undefined;
  const { width, height } = shown.drawn;
  const [high, wide] = preparation.size;
  const isOfPhoto = Math.abs((width / height) * (photo.height / photo.width) - 1) < tolerance;
  if (isOfPhoto || width !== wide || height !== high) return undefined;
  const { fit } = preparation;
  return { text: `${width} × ${height} pixels, as the network sees the photo: ${fits[fit]}.`, fit };
}
