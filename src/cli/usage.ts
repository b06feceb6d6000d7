import { faultKinds, faultMeanings, faultWords, mostCompared } from "../shared/dead.ts";

interface Help {
  /** How it is called: a line each, or several for a long one. */
  readonly calls: readonly string[];
  /** What it does, its flags. */
  readonly about?: string;
  /** It makes a picture, with the flags that all such have. */
  readonly makes?: true;
}

const helps = {
  explain: {
    calls: [
      `glassbox explain MODEL IMAGE… [--technique ID…] [--target INDEX|LABEL]
                   [--against INDEX|LABEL] [--layer NAME] [--PARAMETER VALUE…]
                   [--preset NAME] [--out FILE.png|FOLDER] [--raw FILE.npy] [--json]`,
    ],
    about: `explain
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
`,
  },
  info: { calls: ["glassbox info MODEL [--json]"] },
  features: {
    calls: ["glassbox features MODEL IMAGE|TENSOR.npy --layer L [--raw FILE.npy] [--out FILE.png]"],
    about: `features           the feature maps of a layer: --raw writes its output as it is, float32 [1, C, H, W]; --out the
                   most active channels as a picture, each with its number; a pipe or a file has all channels that are
                   dead, saturated or constant, a terminal the first of them`,
  },
  "receptive-field": {
    calls: ["glassbox receptive-field MODEL [--layer L] [--json]"],
    about: `receptive-field    what a unit of each layer and value sees of the input, before clipping at its border: size, step
                   and the centre of the unit at 0, 0, in pixels; where that is not known, why (with --json on stderr)`,
  },
  filters: {
    calls: ["glassbox filters MODEL --layer L [--scale all|each] [--out FILE.png] [--json]"],
    about: `filters            a layer's filters: smooth or noisy, dead ones, duplicates; --out draws them, on one scale for all or
                   for each its own; when left out, colours have each its own where their norms lie far apart`,
  },
  dead: {
    calls: ["glassbox dead MODEL FOLDER [--json]"],
    about: `dead               channels that never fire on a folder of photos, nearly never, always at their bound, or twice:
${faultKinds.map((kind) => `                   ${faultWords[kind].padEnd(17)}${faultMeanings[kind]}`).join("\n")}
                   duplicates are told from sketches of 256 numbers, in layers of ${mostCompared.toLocaleString("en")} channels at most`,
  },
  fires: {
    calls: ["glassbox fires MODEL FOLDER --layer L [--channel K] [--count N] [--json] [--out FILE.png]"],
    about: `fires              the photos of a folder that fire a channel most, with place and value: of one channel, or the first
                   for each; --out draws what the channel sees of them, with their names and values`,
  },
  diff: {
    calls: ["glassbox diff A B [--json]"],
    about: `diff               which layers of two models differ, and by how much; differing is no failure`,
  },
  techniques: { calls: ["glassbox techniques [--pictures] [--json]"] },
  dream: {
    calls: [
      "glassbox dream MODEL IMAGE [--layer L…] [--channel K] [--guide IMAGE] [--zoom N] --out FILE.png|.webp|.gif|.apng",
    ],
    about: `  --zoom N          dream: an endless zoom of N pictures, each of which is one of the film; --zoom-by 1.05`,
    makes: true,
  },
  visualize: {
    calls: [
      "glassbox visualize MODEL --target CLASS [--folder PHOTOS | --generator FILE.onnx] --out FILE",
      "glassbox visualize MODEL --layer L [--channel K] [--place Y,X] [--technique feature-grid] --out FILE",
      "glassbox visualize MODEL --folder PHOTOS [--layer L] --out FILE",
      "glassbox visualize MODEL IMAGE [--layer L] --out FILE",
    ],
    about: `  --target CLASS    visualize: a class from nothing; with --folder as the photos of a folder look, with --generator as a
                    network draws that makes pictures from a latent
  --layer L         visualize: one channel, one unit of it, or the whole layer; the sum of several, --layer A --layer B=-2,
                    or of a channel of each, --layer A:12 --layer B:7=-2 (a name that holds a colon itself is taken as it is),
                    as with dream; all channels with --technique feature-grid; with an IMAGE, a caricature of what the layer sees in it
  --folder PHOTOS   visualize, without --target: a map of what a layer sees in them (an activation atlas)`,
    makes: true,
  },
  invert: { calls: ["glassbox invert MODEL IMAGE [--layer L…] --out FILE"], makes: true },
  style: { calls: ["glassbox style MODEL CONTENT STYLE --out FILE"], makes: true },
  texture: { calls: ["glassbox texture MODEL IMAGE --out FILE"], makes: true },
  adversarial: {
    calls: ["glassbox adversarial MODEL IMAGE [--target CLASS] [--epsilon E] [--difference FILE.png] --out FILE"],
    makes: true,
  },
  fool: { calls: ["glassbox fool MODEL --target CLASS [IMAGE] --out FILE"], makes: true },
} as const satisfies Readonly<Record<string, Help>>;

export type Command = keyof typeof helps;

export const isCommand = (word: string): word is Command => Object.hasOwn(helps, word);

const title = "Glassbox: see why a network said what it said.";

const subjects = `MODEL is an ONNX file. IMAGE is a photo (png, jpg, webp, gif, bmp, avif, tiff), or a .npy float32 tensor
[1, C, H, W] or [C, H, W], which is taken as it is.`;

const makers = (Object.keys(helps) as Command[]).filter((command) => "makes" in helps[command]); // its own keys

const ofPictures = `pictures that a network makes (${makers.join(", ")})
  --out FILE        .png: the picture, with its recipe in it; .webp, .gif or .apng: the film of how it grew
  --seed N          all chance comes from it; the same recipe gives the same picture
  --PARAMETER       of the technique, as "glassbox techniques --pictures" lists them: --steps 50, --pictures 4;
                    of a dream, --steps are those of each octave`;

const ofAll = `every command
  --device          cpu, where nothing else is said, or webgpu: where that finds no GPU, cpu takes over, which is said
  --memory GB       memory that may be used; half of this machine's when left out
  --deadline S      how many seconds to wait for a sign of life; 600 when left out

Exit status: 0 done; 1 something was refused or failed: a line on stderr for each says what and why, the others
are done; 2 wrong use.
`;

const all: readonly Help[] = Object.values(helps);
const called = (helps: readonly Help[]) => helps.flatMap(({ calls }) => calls.map((call) => `  ${call}`));
const told = (helps: readonly Help[]) => helps.flatMap(({ about }) => about ?? []);
const [looking, making] = [all.filter(({ makes }) => !makes), all.filter(({ makes }) => makes)];

export const usage = [
  title,
  [...called(all), "  glassbox --version"].join("\n"),
  subjects,
  told(looking).join("\n"),
  [ofPictures, ...told(making)].join("\n"),
  ofAll,
].join("\n\n");

/** Of one command, in front of the parameters that its techniques have. */
export function usageOf(command: Command): string {
  const help: Help = helps[command];
  const about = [...(help.makes ? [ofPictures] : []), ...told([help])].join("\n");
  return [title, called([help]).join("\n"), subjects, ...(about ? [about] : []), ofAll].join("\n\n");
}
