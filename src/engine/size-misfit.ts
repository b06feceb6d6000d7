import { sentence } from "../shared/sentence.ts";
import type { Network } from "./formats/format.ts";
import { grain, multipleTaken } from "./multiples.ts";
import type { Size } from "./synthesis/program.ts";
import { sizeText } from "./synthesis/size-text.ts";

/** What a network that takes any size by its file is made for more often than not. */
const common: Size = { height: 224, width: 224 };

/** Where shapes do not go together at one size of the picture, and would at another: the reasons say so. */
export async function withSizeBlamed(
  network: Network,
  size: Size,
  bind: (size: Size) => Promise<Network>,
): Promise<Network> {
  const { misfits, unresolved, problems } = network;
  if (!misfits.length) return network;
  const fault = await faultOf(size, async (at) => {
    const { unresolved: there } = await bind(at);
    return misfits.every((name) => !there.has(name));
  });
  if (fault === undefined) return network;
  const blamed = (reason: string) => `a picture of ${sizeText(size)} pixels ${fault}; hence ${reason}`;
  const reasons = new Set(misfits.map((name) => unresolved.get(name)));
  const sentences = new Map([...reasons].flatMap((why) => (why === undefined ? [] : [[sentence(why), why] as const])));
  return {
    ...network,
    unresolved: new Map([...unresolved].map(([name, why]) => [name, reasons.has(why) ? blamed(why) : why])),
    problems: problems.map((problem) => {
      const why = sentences.get(problem);
      return why === undefined ? problem : sentence(blamed(why));
    }),
  };
}

/** What is wrong with a size, where another would do; undefined where that is not known. */
async function faultOf(size: Size, takes: (size: Size) => Promise<boolean>): Promise<string | undefined> {
  // What is smaller than the grain tells no multiples.
  const larger = { height: size.height + 3 * grain, width: size.width + 3 * grain };
  if (await takes(larger)) return "is too small for this network";
  const multiple = await multipleTaken(larger, takes);
  if (multiple) return `does not fit this network, which takes sides that are multiples of ${multiple}`;
  return (await takes(common)) ? `does not fit this network, which takes ${sizeText(common)}` : undefined;
}
