/** What ONNX's documentation calls an operator's inputs, where it is not plainly "X". */
const roles: Readonly<Record<string, readonly string[]>> = {
  BatchNormalization: ["X", "scale", "B", "mean", "variance"],
  Clip: ["input", "min", "max"],
  Conv: ["X", "W", "B"],
  ConvTranspose: ["X", "W", "B"],
  DequantizeLinear: ["x", "scale", "zero point"],
  Gather: ["data", "indices"],
  Gemm: ["A", "B", "C"],
  GroupNormalization: ["X", "scale", "bias"],
  InstanceNormalization: ["input", "scale", "B"],
  LayerNormalization: ["X", "scale", "B"],
  MatMul: ["A", "B"],
  PRelu: ["X", "slope"],
  Pad: ["data", "pads", "value", "axes"],
  Pow: ["X", "exponent"],
  QuantizeLinear: ["x", "scale", "zero point"],
  Reshape: ["data", "shape"],
  Resize: ["X", "roi", "scales", "sizes"],
  Slice: ["data", "starts", "ends", "axes", "steps"],
  Where: ["condition", "X", "Y"],
};

export function roleOf(op: string, input: number, count: number): string {
  const known = Object.hasOwn(roles, op) ? roles[op]?.[input] : undefined;
  return known ?? (count === 1 ? "input" : `input ${input + 1}`);
}
