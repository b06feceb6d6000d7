import { size } from "../../shared/tensor.ts";
import type { OpenModel } from "../model.ts";
import { atSize, type Size } from "./program.ts";

/** A gradient holds the network's values, and about as many on its way back. */
const andBack = 2.5;
/** Of the memory that there is: another program may be open. */
const share = 0.5;

/** A network at the size of a picture that cannot be done in tiles, because all of it is compared with another. */
export interface OnePiece {
  /** Has to be released. */
  readonly model: OpenModel;
  readonly size: Size;
  /** Where the size is not the one that was asked for, why. */
  readonly remark: string | undefined;
}

/** At the wanted size; smaller where the memory does not do, the usual one where the network takes no other. */
export async function inOnePiece(usual: OpenModel, wanted: Size): Promise<OnePiece> {
  const fitting = await fittingMemory(usual, wanted);
  try {
    const model = await atSize(usual, fitting);
    const remark =
      fitting.height === wanted.height && fitting.width === wanted.width
        ? undefined
        : `${words(wanted)} pixels at once take too much memory: it is made at ${words(fitting)}.`;
    return { model, size: fitting, remark };
  } catch {
    // What is wrong at every size is said of the usual one.
    const { inputSize } = usual;
    const model = await atSize(usual, inputSize);
    return {
      model,
      size: inputSize,
      remark: `This network takes ${words(inputSize)} pixels only: it is made at that size.`,
    };
  }
}

const words = ({ height, width }: Size): string => `${width} × ${height}`;

async function fittingMemory(model: OpenModel, wanted: Size): Promise<Size> {
  const { network } = await model.bound(1);
  const bytes = network.graph.nodes
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, { shape }) => sum + 4 * size(shape), 0);
  const usual = model.inputSize.height * model.inputSize.width;
  const most = (share * model.memory * usual) / (andBack * bytes);
  const factor = Math.sqrt(Math.min(1, most / (wanted.height * wanted.width)));
  if (factor === 1) return wanted;
  const shrunk = (n: number) => Math.max(1, Math.floor(n * factor));
  return { height: shrunk(wanted.height), width: shrunk(wanted.width) };
}
