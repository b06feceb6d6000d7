import * as w from "../../fixtures/onnx/writer.ts";
import { float, int, ints, scalar, tensor } from "./diffs.ts";

export interface Net {
  readonly pads?: number;
  readonly dilations?: readonly number[];
  readonly weights?: number;
  readonly alpha?: number;
  readonly most?: number;
  readonly order?: readonly [string, string];
  readonly sum?: readonly [string, string];
  readonly skip?: string;
  readonly pool?: "MaxPool" | "AveragePool";
  readonly permutation?: readonly number[];
  readonly scale?: number;
}

/** A network in which each thing that changes what is computed, and some that do not, can be another. */
export function differingNet({
  pads = 1,
  dilations,
  weights = 1,
  alpha = 0.1,
  most = 0.5,
  order = ["left", "right"],
  sum = ["joined", "mixed"],
  skip = "joined",
  pool = "MaxPool",
  permutation = [0, 1, 2, 3],
  scale = 0.3,
}: Net = {}): string {
  const named = (name: string, ...attributes: readonly Uint8Array[]) => ({ name, attributes });
  const around = ints("pads", pads, pads, pads, pads);
  return w.file(
    w.model(
      w.graph({
        nodes: [
          w.node(
            "Conv",
            ["x", "w1"],
            ["a"],
            named("first", around, ...(dilations ? [ints("dilations", ...dilations)] : [])),
          ),
          w.node("LeakyRelu", ["a"], ["left"], named("leaky", float("alpha", alpha))),
          w.node("Conv", ["left", "w2"], ["b"], named("second")),
          w.node("Clip", ["b", "least", "most"], ["right"], named("clip")),
          w.node("Concat", order, ["joined"], named("join", int("axis", 1))),
          w.node("Conv", [skip, "w3"], ["mixed"], named("third")),
          w.node("Add", sum, ["s"], named("sum")),
          w.node("Mul", ["s", "scale"], ["scaled"], named("scale")),
          w.node("Transpose", ["scaled"], ["turned"], named("turn", ints("perm", ...permutation))),
          w.node(pool, ["turned"], ["y"], named("pool", ints("kernel_shape", 2, 2), ints("strides", 2, 2))),
        ],
        initializers: [
          tensor("w1", [3, 3, 3, 3], weights),
          tensor("w2", [3, 3, 1, 1], 2),
          tensor("w3", [6, 6, 1, 1], 3),
          scalar("least", -0.5),
          scalar("most", most),
          scalar("scale", scale),
        ],
        inputs: [w.value("x", [1, 3, 8, 8])],
        outputs: [w.value("y", undefined)],
      }),
    ),
  );
}
