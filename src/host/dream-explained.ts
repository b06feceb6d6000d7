import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DreamSettings, Explained } from "../shared/dream-panel.ts";
import type { Recipe, SynthesisCard } from "../shared/synthesis.ts";
import type { Kept } from "./dream-film.ts";
import type { Services } from "./services.ts";

const classesShown = 3;

/** What the network says of a frame and of the photo that it was made of, each with Grad-CAM of its likeliest class. */
export async function explainBoth(
  kept: Kept,
  recipe: Recipe,
  settings: DreamSettings,
  card: SynthesisCard | undefined,
  { engine, preparations, models }: Services,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly result: Explained; readonly original?: Explained }> {
  const { model } = settings;
  models.refuseUntrusted(model);
  const preparation = settings.preparation ?? preparations.of(model);
  const explained = async (image: string): Promise<Explained> => {
    const subject = { model, image, ...(preparation && { preparation }) };
    const { top } = await engine.client.predict(subject, signal);
    const target = top[0] && { target: top[0].index };
    const png = await engine.client.render({ ...subject, ...target, technique: "grad-cam", parameters: {} }, signal);
    return { top: top.slice(0, classesShown), png };
  };
  const photo = originalOf(settings, card);
  const file = join(folder, `${randomUUID()}.png`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, await engine.client.pictureFile({ picture: kept.frame.picture, recipe }, signal));
    return { result: await explained(file), ...(photo !== undefined && { original: await explained(photo) }) };
  } finally {
    await rm(file, { force: true });
  }
}

/** The photo that a picture was made of: what it starts from, or what a parameter calls so. */
function originalOf({ image, parameters }: DreamSettings, card: SynthesisCard | undefined): string | undefined {
  if (card?.fromPhoto) return image;
  const { photo } = parameters;
  return card?.parameters["photo"]?.kind === "photo" && typeof photo === "string" && photo !== "" ? photo : undefined;
}
