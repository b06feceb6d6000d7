import type { Block, Blocks } from "./blocks.ts";

/** No name is searched further than this. */
const longest = 4000;

/** Finds nodes, inputs and outputs by name, operator, attribute and shape: "3x3", "512", "Conv stride 2", "layer3 relu". */
export class Search {
  /** What is known of each leaf, and of each layer, as one text. */
  #texts: readonly { readonly block: Block; readonly name: string; readonly text: string }[] | undefined;

  constructor(private readonly blocks: Blocks) {}

  /** Those whose name is what was looked for first, then in order of execution. */
  hits(query: string): readonly Block[] {
    const terms = termsOf(query);
    if (!terms.length) return [];
    const wanted = plain(query);
    this.#texts ??= textsOf(this.blocks);
    const found = this.#texts.filter(({ text }) => terms.every((term) => term.test(text)));
    const isNamed = ({ name }: { readonly name: string }) => name === wanted;
    return [...found.filter(isNamed), ...found.filter((one) => !isNamed(one))].map(({ block }) => block);
  }
}

/** "3 × 3" and "3x3" are the same to a person. */
const plain = (text: string): string =>
  text
    .slice(0, longest)
    .toLowerCase()
    .replace(/\s*[×*]\s*/g, "x")
    .replace(/(\d)\s*x\s*(?=\d)/g, "$1x");

/** Words anywhere, numbers only whole. A number behind a word of settings belongs to it: "stride 2", "pads 1", "alpha=0.1". */
export function termsOf(query: string): readonly RegExp[] {
  const apart = (all: string, word: string) => (settings.test(word) ? `${word} ` : all);
  const words = plain(query).replace(/(?<![^\s,])(\w+)[=:](?=[-\d])/g, apart).split(/[\s,]+/).filter(Boolean); // prettier-ignore
  const terms: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word, next] = [words[i]!, words[i + 1]];
    if (next !== undefined && isAmount.test(next) && settings.test(word)) {
      terms.push(`${setting(word)}[ =:]*${among}${bounded(decimal(next))}`);
      i++;
    } else if (/^pad(s|ding)$/.test(word)) terms.push(setting(word));
    else terms.push(isPower.test(word) ? `(?:${bounded(word)}|${bounded(decimal(word))})` : bounded(word));
  }
  return terms.map((term) => new RegExp(term, "u"));
}

/** Attributes of ONNX that are numbers, as the file has them and as people say them. */
const settings =
  /^(strides?|pads?|padding|dilations?|groups?|axis|axes|kernel|kernel_shape|keepdims|alpha|beta|gamma|lambd|epsilon|momentum|opset|output|output_padding|output_shape|perm|size|bias|ceil_mode|count_include_pad|storage_order|blocksize|ratio|to|transa|transb|broadcast|allowzero|training_mode|num_heads|batch_dims|largest|sorted|scale|border)$/;
const isAmount = /^-?[\d.x]+(e-?\d+)?$/;
/** "1e-5", which may be an amount or stand in a name. */
const isPower = /^-?[\d.]+e-?\d+$/;
/** Numbers of the same list before the one that is looked for: "pads 0 0 1 1" has a 1. */
const among = "(?:-?[\\d.]+ )*";

/** Of one or several: "stride" finds "strides"; "padding" is what people call "pads". */
const setting = (word: string): string =>
  /^pad/.test(word) ? "pad(?:s|ding)?" : `${escaped(word)}${/s$/.test(word) ? "" : "s?"}`;
/** As the file's numbers are written: "1e-5" is 0.00001. */
const decimal = (amount: string): string => (amount.includes("e") ? String(Number(amount)) : amount);

const escaped = (word: string) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const bounded = (word: string): string =>
  `${/^\d/.test(word) ? "(?<![\\d.])" : ""}${escaped(word)}${/\d$/.test(word) ? "(?!\\d)" : ""}`;

function textsOf({ all, flow: { structure, firstInput, firstOutput } }: Blocks) {
  const { nodes, values, inputs, outputs } = structure;
  const shape = (value: number) => {
    const card = values[value];
    return card ? `${card.shape?.map((n) => n ?? "?").join("x") ?? ""} ${card.dtype}` : "";
  };
  const leafText = (leaf: number): string => {
    const node = nodes[leaf];
    if (!node) {
      const value = leaf < firstOutput ? inputs[leaf - firstInput] : outputs[leaf - firstOutput];
      return `${values[value ?? -1]?.name ?? ""}\n${leaf < firstOutput ? "input" : "output"}\n${shape(value ?? -1)}`;
    }
    const { name, scope, op, detail, settings = "", outputs: made, inputs: read, trouble } = node;
    const weights = read.filter((value) => values[value]?.weight);
    const names = [...made, ...weights].map((value) => values[value]?.name.slice(0, 200) ?? "");
    const shapes = [...made, ...weights].map(shape);
    return [name.slice(0, 1000), scope.slice(0, 1000), op, detail, settings, ...shapes, ...names, trouble ?? ""].join(
      "\n",
    );
  };
  return all
    .filter((block) => block.leaf >= 0)
    .map((block) => ({
      block,
      name: plain(block.name),
      text: plain(`${block.name}\n${block.parent?.kind === "layer" ? block.parent.name : ""}\n${leafText(block.leaf)}`),
    }));
}
