import { basename } from "node:path";
import { ofGlassbox } from "../../shared/of-glassbox.ts";
import { photoEndings } from "../../shared/photo-endings.ts";
import { photosIn, spread } from "../images/folder.ts";
import { notMadeHere } from "../images/made-here.ts";
import { NotApplicable } from "../techniques/technique.ts";
import type { Canvas } from "./canvas.ts";
import type { Said, SynthesisRun } from "./technique.ts";

/** Milliseconds between two words on how far it is. */
const between = 300;
const key = "folder";

type Reading = Pick<SynthesisRun, "read" | "view" | "signal">;

/**
 * Looks at the photos of a folder as the network sees them, one after the other, at most `most` of them. Those that cannot
 * be read are left out, and so are pictures that were made here: results that are saved beside the photos would change what
 * is learned from these. Both are said. Gives the number of those that were looked at.
 */
export async function* eachPhoto(
  folder: string,
  most: number,
  { read, view, signal }: Reading,
  look: (photo: Canvas) => void | Promise<void>,
): AsyncGenerator<Said, number> {
  const files = await photosIn(folder, Infinity, signal);
  if (!files.length) throw new NotApplicable(`There are no photos in ${folder} (${photoEndings.join(", ")}).`);
  const others = await notMadeHere(files, signal);
  if (signal.aborted) return 0;
  if (!others.length)
    throw new NotApplicable(`There are no photos in ${folder}: Glassbox made all pictures that are there.`);
  const photos = spread(others, most);
  const refused: string[] = [];
  let latest = performance.now();
  for (const [i, path] of photos.entries()) {
    if (signal.aborted) return i - refused.length;
    let photo: Canvas | undefined;
    try {
      photo = view(await read(path));
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    }
    if (photo) await look(photo);
    const now = performance.now();
    if (now - latest >= between && i + 1 < photos.length) {
      latest = now;
      yield { key, said: `Reading ${basename(folder)}: ${i + 1} of ${photos.length} photos.` };
    }
  }
  const [first] = refused;
  const count = photos.length - refused.length;
  if (!count) throw new NotApplicable(`None of the ${photos.length} photos in ${folder} can be read. ${first ?? ""}.`);
  const ours = files.length - others.length;
  const left = [
    ...(ours ? [`; ${ofGlassbox(ours)} left out`] : []),
    ...(first === undefined ? [] : [`; ${refused.length} could not be read, the first: ${first}`]),
  ];
  yield { key, said: `Read ${count} ${count === 1 ? "photo" : "photos"} in ${basename(folder)}${left.join("")}.` };
  return count;
}
