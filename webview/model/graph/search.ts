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

/** Words anywhere, numbers only whole. A number behind a word of settings belongs to it: "stride 2". */
export function termsOf(query: string): readonly RegExp[] {
  const words = plain(query).trim().split(/[\s,]+/).filter(Boolean); // prettier-ignore
  const terms: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word, next] = [words[i]!, words[i + 1]];
    if (next !== undefined && /^[\d.x]+$/.test(next) && settings.test(word)) {
      terms.push(`${word}${/s$/.test(word) ? "" : "s?"}[ =:]*${bounded(next)}`);
      i++;
    } else terms.push(bounded(word));
  }
  return terms.map((term) => new RegExp(term, "u"));
}

const settings =
  /^(strides?|pads?|padding|dilations?|groups?|axis|axes|kernel|keepdims|alpha|epsilon|opset|output|perm)$/;

const escaped = (word: string) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
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
    const { name, scope, op, detail, outputs: made, inputs: read, trouble } = node;
    const weights = read.filter((value) => values[value]?.weight);
    const names = [...made, ...weights].map((value) => values[value]?.name.slice(0, 200) ?? "");
    const shapes = [...made, ...weights].map(shape);
    return [name.slice(0, 1000), scope.slice(0, 1000), op, detail, ...shapes, ...names, trouble ?? ""].join("\n");
  };
  return all
    .filter((block) => block.leaf >= 0)
    .map((block) => ({
      block,
      name: plain(block.name),
      text: plain(`${block.name}\n${block.parent?.kind === "layer" ? block.parent.name : ""}\n${leafText(block.leaf)}`),
    }));
}
