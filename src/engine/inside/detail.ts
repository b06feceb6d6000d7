import type { SourceNode } from "../formats/source.ts";

const times = (list: readonly number[] | undefined) => list?.join(" × ");
/** "2" for 2, 2; undefined where all are `usual`. */
const unusual = (list: readonly number[] | undefined, usual: number) => {
  if (!list || list.every((n) => n === usual)) return undefined;
  return list.every((n) => n === list[0]) ? String(list[0]) : list.join(" × ");
};

/** What tells one node from another of its kind, in a few words: "3 × 3, stride 2, 96 groups". `kernel`: its weight's shape. */
export function detailOf({ op, numbers, attributes }: SourceNode, kernel: readonly number[] | undefined): string {
  const one = (name: string) => numbers.get(name)?.[0];
  const window = times(numbers.get("kernel_shape") ?? (/^Conv/.test(op) ? kernel?.slice(2) : undefined));
  const stride = unusual(numbers.get("strides"), 1);
  const dilation = unusual(numbers.get("dilations"), 1);
  const group = one("group");
  const axis = numbers.get("axis") ?? numbers.get("axes");
  const permutation = numbers.get("perm");
  const mode = op === "Resize" || op === "Upsample" ? attributes.find(({ name }) => name === "mode")?.value : undefined;
  const words = [
    window,
    stride && `stride ${stride}`,
    dilation && `dilation ${dilation}`,
    group !== undefined && group > 1 ? `${group} groups` : undefined,
    axis && `axis ${axis.join(", ")}`,
    permutation && `axes ${permutation.join(", ")}`,
    mode,
  ];
  return words.filter(Boolean).join(", ");
}

/** Longer values are tables or graphs, which nobody types into a search field. */
const longestSetting = 60;
/** Of one node: there may be a hundred thousand. */
const longestSettings = 400;

/** Its attributes as text to be searched, a line for each: "pads 1 1 1 1". */
export function settingsOf({ attributes }: Pick<SourceNode, "attributes">): string {
  const lines = attributes
    .filter(({ value }) => value.length <= longestSetting)
    .map(({ name, value }) => `${name} ${value.replaceAll(",", "")}`);
  return lines.join("\n").slice(0, longestSettings);
}
