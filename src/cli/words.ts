import { faultKinds, faultMeanings, faultWords, mostCompared } from "../shared/dead.ts";
import { invisible, shown } from "../shared/shown.ts";

/** The command line was used wrongly: exit status 2. */
export class WrongUse extends Error {
  override name = "WrongUse";
}

export const usage = `Glassbox: see why a network said what it said.

  glassbox explain MODEL IMAGE… [--technique ID…] [--target INDEX|LABEL]
                   [--against INDEX|LABEL] [--layer NAME] [--PARAMETER VALUE…]
                   [--preset NAME] [--out FILE.png|FOLDER] [--raw FILE.npy] [--json]
  glassbox info MODEL [--json]
  glassbox features MODEL IMAGE|TENSOR.npy --layer L [--raw FILE.npy] [--out FILE.png]
  glassbox receptive-field MODEL [--layer L] [--json]
  glassbox filters MODEL --layer L [--scale all|each] [--out FILE.png] [--json]
  glassbox dead MODEL FOLDER [--json]
  glassbox fires MODEL FOLDER --layer L [--channel K] [--count N] [--json] [--out FILE.png]
  glassbox diff A B [--json]
  glassbox techniques [--pictures] [--json]
  glassbox dream MODEL IMAGE [--layer L…] [--channel K] [--guide IMAGE] [--zoom N] --out FILE.png|.webp|.gif|.apng
  glassbox visualize MODEL --target CLASS [--folder PHOTOS | --generator FILE.onnx] --out FILE
  glassbox visualize MODEL --layer L [--channel K] [--place Y,X] [--technique feature-grid] --out FILE
  glassbox visualize MODEL --folder PHOTOS [--layer L] --out FILE
  glassbox visualize MODEL IMAGE [--layer L] --out FILE
  glassbox invert MODEL IMAGE [--layer L…] --out FILE
  glassbox style MODEL CONTENT STYLE --out FILE
  glassbox texture MODEL IMAGE --out FILE
  glassbox adversarial MODEL IMAGE [--target CLASS] [--epsilon E] [--difference FILE.png] --out FILE
  glassbox fool MODEL --target CLASS [IMAGE] --out FILE
  glassbox --version

MODEL is an ONNX file. IMAGE is a photo (png, jpg, webp, gif, bmp, avif, tiff), or a .npy float32 tensor
[1, C, H, W] or [C, H, W], which is taken as it is.

explain
  --technique ID…   one or more of those that "glassbox techniques" lists; grad-cam when left out
  --target          the class to explain, by its number or its label; the most probable one when left out
  --against         explain why the target and not this class, by its number or its label
  --layer NAME      for techniques that look at one: a layer's or a value's name; the last with maps when left out
  --PARAMETER       a parameter of the technique, as "glassbox techniques" lists them: --steps 50, --fill 0
  --preset NAME     values of several parameters that go together, listed there too: --preset fine
  --out             where to write the map over the photo: a .png file, or a folder
  --raw FILE.npy    where to write the attribution before any reduction for display: float32, [1, C, H, W] for
                    pixels, [1, 1, h, w] at the layer's own resolution for cam and grad-cam
  --json            print everything as JSON

features           the feature maps of a layer: --raw writes its output as it is, float32 [1, C, H, W]; --out the
                   most active channels as a picture, each with its number; a pipe or a file has all channels that are
                   dead, saturated or constant, a terminal the first of them
receptive-field    what a unit of each layer and value sees of the input, before clipping at its border: size, step
                   and the centre of the unit at 0, 0, in pixels; where that is not known, why (with --json on stderr)
filters            a layer's filters: smooth or noisy, dead ones, duplicates; --out draws them, on one scale for all or
                   for each its own; when left out, colours have each its own where their norms lie far apart
fires              the photos of a folder that fire a channel most, with place and value: of one channel, or the first
                   for each; --out draws what the channel sees of them, with their names and values
dead               channels that never fire on a folder of photos, nearly never, always at their bound, or twice:
${faultKinds.map((kind) => `                   ${faultWords[kind].padEnd(17)}${faultMeanings[kind]}`).join("\n")}
                   duplicates are told from sketches of 256 numbers, in layers of ${mostCompared.toLocaleString("en")} channels at most
diff               which layers of two models differ, and by how much; differing is no failure

pictures that a network makes (dream, visualize, invert, style, texture, adversarial, fool)
  --out FILE        .png: the picture, with its recipe in it; .webp, .gif or .apng: the film of how it grew
  --seed N          all chance comes from it; the same recipe gives the same picture
  --PARAMETER       of the technique, as "glassbox techniques --pictures" lists them: --steps 50, --pictures 4;
                    of a dream, --steps are those of each octave
  --zoom N          dream: an endless zoom of N pictures, each of which is one of the film; --zoom-by 1.05
  --target CLASS    visualize: a class from nothing; with --folder as the photos of a folder look, with --generator as a
                    network draws that makes pictures from a latent
  --layer L         visualize: one channel, one unit of it, or the whole layer; the sum of several, --layer A --layer B=-2,
                    or of a channel of each, --layer A:12 --layer B:7=-2 (a name that holds a colon itself is taken as it is),
                    as with dream; all channels with --technique feature-grid; with an IMAGE, a caricature of what the layer sees in it
  --folder PHOTOS   visualize, without --target: a map of what a layer sees in them (an activation atlas)

every command
  --device          cpu, where nothing else is said, or webgpu: where that finds no GPU, cpu takes over, which is said
  --memory GB       memory that may be used; half of this machine's when left out
  --deadline S      how many seconds to wait for a sign of life; 600 when left out

Exit status: 0 done; 1 something was refused or failed: a line on stderr for each says what and why, the others
are done; 2 wrong use.
`;

/** "76.9 %", "0.03 %", "< 0.01 %", as the panel writes them. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  if (value < 0.01) return "< 0.01 %";
  return `${value.toFixed(value >= 99.95 ? 0 : value >= 1 ? 1 : 2)} %`;
}

/** 2048 bytes: "2.0 kB". */
export const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** What is a setting in VS Code, at a terminal. */
const options: Readonly<Record<string, string>> = {
  memoryLimit: "--memory",
  deadline: "--deadline",
  device: "--device",
};

/**
 * The engine speaks to who looks at a panel, where things are chosen and set; at a terminal they are given. On one line, and
 * without the characters by which a name in a file could rewrite it.
 */
export const inTerminal = (message: string): string =>
  shown(
    message
      .replace(/\bChoose (?=a |an |another |the )/g, "Give ")
      .replace(/\bsetting glassbox\.engine\.(\w+)/g, (said, name: string) =>
        options[name] === undefined ? said : `option ${options[name]}`,
      )
      .replace(/\s*\n\s*/g, " ")
      .trim(),
    Infinity,
  );

/** JSON that shows on a terminal what it is: invisible characters spelled out, as JSON spells them. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(invisible, (character) =>
    character === "\n" ? character : character.split("").map(jsonEscape).join(""),
  )}\n`;

const jsonEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
