import { faultKinds, faultMeanings, faultWords, mostCompared } from "../shared/dead.ts";
import { usualExamples } from "../shared/examples.ts";
import { widest, wrapped } from "./wrapped.ts";

interface Help {
  /** How it is called, without what all that make pictures take, as far as none of that stands there. */
  readonly calls: readonly string[];
  /** What it does. */
  readonly about: string;
  /** What the words are that are no flags: a sentence or two for each. */
  readonly words: readonly string[];
  /** Its own flags, as they are called, and other words of its answer: what each does or says. */
  readonly flags: readonly Flag[];
  /** It makes a picture, with the flags that all such have. */
  readonly makes?: true;
}

type Flag = readonly [called: string, does: string];

const photos = "png, jpg, webp, gif, bmp, avif, tiff";
const model = "MODEL is an ONNX file.";
const photo = `IMAGE is a photo: ${photos}.`;
const input = `IMAGE is a photo (${photos}), or a .npy float32 tensor [1, C, H, W] or [C, H, W], which is taken as it is.`;
const folder = "FOLDER holds photos.";

const json: Flag = ["--json", "print everything as JSON"];
const named = `by its name; "glassbox info" lists the layers`;
const asNumberOrLabel = "by its number or its label";
const weighted = "each counts by its weight, 1 when left out";

const helps = {
  explain: {
    calls: [
      `MODEL IMAGE… [--technique ID…] [--target INDEX|LABEL] [--against INDEX|LABEL]
                   [--layer NAME] [--PARAMETER VALUE…] [--preset NAME]
                   [--out FILE.png|FOLDER] [--raw FILE.npy] [--json]`,
    ],
    about: "which parts of a photo an answer comes from",
    words: [model, input],
    flags: [
      ["--technique ID…", 'one or more of those that "glassbox techniques" lists; grad-cam when left out'],
      ["--target INDEX|LABEL", `the class to explain, ${asNumberOrLabel}; the most probable one when left out`],
      ["--against INDEX|LABEL", `explain why the target and not this class, ${asNumberOrLabel}`],
      [
        "--layer NAME",
        "for techniques that look at one: a layer's or a value's name; the last with maps when left out",
      ],
      ["--PARAMETER VALUE…", 'a parameter of the technique, as "glassbox techniques" lists them: --steps 50, --fill 0'],
      ["--preset NAME", "values of several parameters that go together, listed there too: --preset fine"],
      ["--out FILE.png|FOLDER", "where to write the map over the photo; a folder for several"],
      [
        "--raw FILE.npy",
        "where to write the attribution before any reduction for display: float32, [1, C, H, W] for pixels, [1, 1, h, w] at the layer's own resolution for cam and grad-cam",
      ],
      json,
    ],
  },
  info: {
    calls: ["MODEL [--json]"],
    about: "what is in the file: inputs, outputs, classes, layers",
    words: [model],
    flags: [json],
  },
  features: {
    calls: ["MODEL IMAGE --layer L [--raw FILE.npy] [--out FILE.png]"],
    about:
      "the feature maps of a layer; a pipe or a file has all channels that are dead, saturated or constant, a terminal the first of them",
    words: [model, input],
    flags: [
      ["--layer L", `a layer, or a value of the graph, ${named}`],
      ["--raw FILE.npy", "where to write its output as it is: float32, [1, C, H, W]"],
      ["--out FILE.png", "where to draw the most active channels, each with its number"],
    ],
  },
  "receptive-field": {
    calls: ["MODEL [--layer L] [--json]"],
    about:
      "what a unit of each layer and value sees of the input, before clipping at its border: size, step and the centre of the unit at 0, 0, in pixels; where that is not known, why (with --json on stderr)",
    words: [model],
    flags: [["--layer L", `of one layer, or one value of the graph, ${named}`], json],
  },
  filters: {
    calls: ["MODEL --layer L [--scale all|each] [--out FILE.png] [--json]"],
    about: "a layer's filters: smooth or noisy, dead ones, duplicates",
    words: [model],
    flags: [
      ["--layer L", `a layer, or a weight, ${named}`],
      [
        "--scale all|each",
        "draw them on one scale for all, or for each its own; when left out, colours have each its own where their norms lie far apart",
      ],
      ["--out FILE.png", "where to draw them"],
      json,
    ],
  },
  dead: {
    calls: ["MODEL FOLDER [--json]"],
    about: "channels that never fire on a folder of photos, nearly never, always at their bound, or twice",
    words: [model, folder],
    flags: [
      ...faultKinds.map((kind): Flag => [`${faultWords[kind]}:`, faultMeanings[kind]]),
      [
        "duplicates",
        `are told from sketches of 256 numbers, in layers of ${mostCompared.toLocaleString("en")} channels at most`,
      ],
      json,
    ],
  },
  fires: {
    calls: ["MODEL FOLDER --layer L [--channel K] [--count N] [--json] [--out FILE.png]"],
    about: "the photos of a folder that fire a channel most, with place and value",
    words: [model, folder],
    flags: [
      ["--layer L", `a layer, or a value of the graph, ${named}`],
      ["--channel K", "the photos of one channel, counted from 0; when left out, the first of each channel"],
      ["--count N", `how many photos; ${usualExamples} when left out`],
      ["--out FILE.png", "where to draw what the channel sees of them, with their names and values"],
      json,
    ],
  },
  diff: {
    calls: ["A B [--json]"],
    about: "which layers of two models differ, and by how much; differing is no failure",
    words: ["A and B are ONNX files."],
    flags: [json],
  },
  techniques: {
    calls: ["[--pictures] [--json]"],
    about: "the techniques that explain, with their parameters",
    words: [],
    flags: [["--pictures", "those that make pictures, instead"], json],
  },
  dream: {
    calls: ["MODEL IMAGE [--layer L…] [--channel K] [--guide FILE] [--zoom N]"],
    about: "what a layer sees in a photo, made stronger until everybody sees it",
    words: [model, photo],
    flags: [
      [
        "--layer L…",
        `a layer, or a value of the graph, ${named}; the one about two thirds of the way in when left out; of several the sum: --layer A --layer B=-2, B with the weight -2, or of a channel of each: --layer A:12 --layer B:7=-2 (a name that holds a colon itself is taken as it is)`,
      ],
      ["--channel K", "one channel, counted from 0, in place of the whole layer"],
      ["--guide FILE", "another photo: what the layer sees in that one is what is made stronger"],
      ["--zoom N", "an endless zoom of N pictures, each of which is one of the film; --zoom-by 1.05"],
    ],
    makes: true,
  },
  visualize: {
    calls: [
      "MODEL --target CLASS [--folder FOLDER | --generator FILE.onnx]",
      "MODEL --layer L… [--channel K] [--place Y,X]",
      "MODEL --layer L --technique feature-grid [--first K] [--count N|all]",
      "MODEL --folder FOLDER [--layer L]",
      "MODEL IMAGE [--layer L]",
    ],
    about: "a class, a channel, a unit, a layer, or what a layer sees in photos, drawn from nothing",
    words: [model, photo, folder],
    flags: [
      [
        "--target CLASS",
        `a class, ${asNumberOrLabel}; with --folder as the photos of a folder look, with --generator as a network draws that makes pictures from a latent`,
      ],
      [
        "--layer L…",
        `a layer, or a value of the graph, ${named}: the whole of it, or one channel, or one unit; of several the sum: --layer A --layer B=-2, B with the weight -2, or of a channel of each: --layer A:12 --layer B:7=-2 (a name that holds a colon itself is taken as it is); with an IMAGE, a caricature of what the layer sees in it; with an IMAGE or a FOLDER, the one about two thirds of the way in when left out`,
      ],
      ["--channel K", "one channel, counted from 0"],
      ["--place Y,X", "one unit of it: its row and its column, as in 6,6"],
      [
        "--technique feature-grid",
        "a small picture for each of several channels: the first 36, or --count N of them from the channel --first K on, or all with --count all; any other technique below is chosen by what is given, or named in its place",
      ],
      ["--first K", "with feature-grid: the channel to begin with; 0 when left out"],
      ["--count N|all", "with feature-grid: how many channels; 36 when left out"],
      ["--folder FOLDER", "without --target, a map of what a layer sees in the photos (an activation atlas)"],
      ["--generator FILE.onnx", "a network that makes pictures from a latent"],
    ],
    makes: true,
  },
  invert: {
    calls: ["MODEL IMAGE [--layer L…]"],
    about: "what a layer keeps of a photo: another picture in which it sees the same",
    words: [model, photo],
    flags: [
      [
        "--layer L…",
        `a layer, or a value of the graph, ${named}; the one about two thirds of the way in when left out; of several, --layer A --layer B, a row of pictures`,
      ],
    ],
    makes: true,
  },
  style: {
    calls: ["MODEL CONTENT STYLE [--layer L] [--style-layer L[=WEIGHT]…]", "MODEL CONTENT --out FILE"],
    about: "a photo, painted as another picture is",
    words: [
      model,
      `CONTENT is the photo that is painted, STYLE the picture whose colours, strokes and patterns it gets: ${photos}. Without STYLE, MODEL is a network that was made to paint photos in one style.`,
    ],
    flags: [
      [
        "--layer L",
        `where the content is compared: a layer, or a value of the graph, ${named}; one of the last with maps when left out`,
      ],
      [
        "--style-layer L[=WEIGHT]…",
        `where the style is compared, once for each layer: --style-layer A --style-layer B=2; ${weighted}; one layer for each size of maps when left out`,
      ],
    ],
    makes: true,
  },
  texture: {
    calls: ["MODEL IMAGE [--layer L[=WEIGHT]…]"],
    about: "a new picture of a photo's texture, made from noise",
    words: [model, photo],
    flags: [
      [
        "--layer L[=WEIGHT]…",
        `where the texture is compared, once for each layer, ${named}: --layer A --layer B=2; ${weighted}; one layer for each size of maps when left out`,
      ],
    ],
    makes: true,
  },
  adversarial: {
    calls: ["MODEL IMAGE [--target CLASS] [--epsilon E] [--difference FILE.png]"],
    about: "a photo, changed so little that nobody sees it, and the network says something else",
    words: [model, photo],
    flags: [
      ["--target CLASS", `the class that it is to be taken for, ${asNumberOrLabel}; any other when left out`],
      ["--epsilon E", "how far the change goes, of 255; the smallest that is enough when left out"],
      ["--difference FILE.png", "where to draw the difference, enlarged"],
    ],
    makes: true,
  },
  fool: {
    calls: ["MODEL --target CLASS [IMAGE]"],
    about: "noise, or a photo, that the network takes for a class with all certainty, and nobody else does",
    words: [model, photo],
    flags: [["--target CLASS", `the class, ${asNumberOrLabel}`]],
    makes: true,
  },
} as const satisfies Readonly<Record<string, Help>>;

export type Command = keyof typeof helps;

export const isCommand = (word: string): word is Command => Object.hasOwn(helps, word);

const title = "Glassbox: see why a network said what it said.";

/** What every command that makes a picture takes beside its own. */
const out = "--out FILE";
const making = `[--PARAMETER VALUE…] [--seed N] ${out}`;
const ofPictures: readonly Flag[] = [
  [out, ".png: the picture, with its recipe in it; .webp, .gif or .apng: the film of how it grew"],
  ["--seed N", "all chance comes from it; the same recipe gives the same picture"],
];
const ofTechnique: Flag = ["--PARAMETER VALUE…", "a parameter of a technique, as they are listed below: --steps 50"];

const ofAll = `every command
  --device          cpu, where nothing else is said, or webgpu: where that finds no GPU, cpu takes over, which is said
  --memory GB       memory that may be used; half of this machine's when left out
  --deadline S      how many seconds to wait for a sign of life; 600 when left out

Exit status: 0 done; 1 something was refused or failed: a line on stderr for each says what and why, the others
are done; 2 wrong use.
`;

const all = Object.entries<Help>(helps);
const makers = all.flatMap(([name, { makes }]) => (makes ? [name] : []));

function called([name, { calls, makes }]: readonly [string, Help]): readonly string[] {
  const start = `  glassbox ${name} `;
  return calls.map((call) => {
    if (!makes || call.endsWith(out)) return start + call;
    const isLong = start.length + call.length + 1 + making.length > widest;
    return `${start}${call}${isLong ? `\n${" ".repeat(start.length)}` : " "}${making}`;
  });
}

/** Each name with its text beside it, from the same column on; where the name is too long for that, below it. */
function inColumns(texts: readonly Flag[], column: number): string {
  const margin = " ".repeat(column);
  const told = ([name, text]: Flag) => {
    const start = `  ${name}`;
    const lines = wrapped(text, widest - column).join(`\n${margin}`);
    return start.length + 2 > column ? `${start}\n${margin}${lines}` : start.padEnd(column) + lines;
  };
  return texts.map(told).join("\n");
}

const paragraph = (sentences: readonly string[]) => wrapped(sentences.join(" "), widest).join("\n");

const column = 20;

export const usage = [
  title,
  [...all.flatMap(called), "  glassbox --version"].join("\n"),
  '"glassbox COMMAND --help" says what a command takes: its words, its flags, the parameters of its techniques.',
  inColumns(
    all.map(([name, { about }]) => [name, about]),
    column,
  ),
  `pictures that a network makes (${makers.join(", ")})\n${inColumns(ofPictures, column)}`,
  ofAll,
].join("\n\n");

/** Of one command, in front of the parameters that its techniques have. */
export function usageOf(command: Command): string {
  const help: Help = helps[command];
  const { about, words, flags, makes } = help;
  const own = [...flags, ...(makes ? [...ofPictures, ofTechnique] : [])];
  return [
    title,
    called([command, help]).join("\n"),
    paragraph([`${about.charAt(0).toUpperCase()}${about.slice(1)}.`, ...words]),
    inColumns(own, column),
    ofAll,
  ].join("\n\n");
}
