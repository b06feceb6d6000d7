import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { relative } from "node:path";
import type { PathKind } from "../shared/parameters.ts";
import type { ModelFile } from "./formats/format.ts";
import { openOnnx } from "./formats/onnx/index.ts";
import { photosIn, spread } from "./images/folder.ts";
import { notMadeHere } from "./images/made-here.ts";

/** Hexadecimal digits that tell files of one name apart. */
const digits = 16;
/** Of a folder's photos, those whose sizes its digest tells. */
const mostPhotos = 1000;
/** As many of them as any technique reads. */
const mostRead = 2000;

/** What a file is, wherever it lies: the same content has the same digest, the beginning of its SHA-256. */
export class Digests {
  /** By path, with the state in which the file was read. */
  readonly #known = new Map<string, { readonly state: string; readonly digest: Promise<string> }>();

  /** Of a folder: by its photos' names and sizes. Undefined for what cannot be read. */
  async of(path: string, kind: PathKind): Promise<string | undefined> {
    try {
      if (kind === "folder") return await ofFolder(path);
      return kind === "network" ? await this.ofModel(openOnnx(path)) : await this.#ofFile(path);
    } catch {
      return undefined; // refused where it is needed, with the reason
    }
  }

  /** With the weights beside it, which are files of their own. */
  async ofModel({ path, beside }: Pick<ModelFile, "path" | "beside">): Promise<string | undefined> {
    try {
      const [own, ...weights] = await Promise.all([path, ...beside].map((file) => this.#ofFile(file)));
      return weights.length ? shortened(createHash("sha256").update([own, ...weights].join(" "))) : own;
    } catch {
      return undefined; // weights that are not there
    }
  }

  /** A file that was read before, and is as it was then, is not read again: weights are large. */
  async #ofFile(path: string): Promise<string> {
    const { size, mtimeMs, ino } = await stat(path);
    const state = `${size} ${mtimeMs} ${ino}`;
    const known = this.#known.get(path);
    if (known?.state === state) return known.digest;
    const digest = contentOf(path);
    this.#known.set(path, { state, digest });
    digest.catch(() => this.#known.delete(path));
    return digest;
  }
}

async function contentOf(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) throw new TypeError(`${path} is not a file.`); // reading a pipe may never end
  const hash = createHash("sha256");
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer); // no encoding is asked for
  return shortened(hash);
}

/** Its photos may be thousands, and large: that one was edited and kept its size to the byte is not seen. */
const ofFolder = (folder: string): Promise<string> => ofPhotos(folder, mostPhotos, ({ size }) => `${size}`);

/** Tells a folder's photos as they are by now from what they were: by their times too, which copies of them need not keep. */
export const stateOfPhotos = (folder: string): Promise<string> =>
  ofPhotos(folder, mostRead, ({ size, mtimeMs }) => `${size} ${mtimeMs}`);

/** What is no photo changes nothing that is learned from them, and nor does a result that is saved beside them. */
async function ofPhotos(folder: string, most: number, tell: (photo: Stats) => string): Promise<string> {
  const hash = createHash("sha256");
  for (const photo of spread(await notMadeHere(await photosIn(folder, Infinity)), most)) {
    const told = await stat(photo).then(tell, () => "0"); // a link that leads nowhere
    hash.update(`${relative(folder, photo).replaceAll("\\", "/")} ${told}\n`);
  }
  return shortened(hash);
}

const shortened = (hash: ReturnType<typeof createHash>): string => hash.digest("hex").slice(0, digits);
