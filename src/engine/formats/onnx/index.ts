import type { ModelFile } from "../format.ts";
import { Unreadable } from "../unreadable.ts";
import { bind } from "./bind.ts";
import { pictureInput } from "./picture.ts";
import { trainingRemark } from "./in-training.ts";
import { isModelUnchanged, readModel, type ValueInfo } from "./structure.ts";

const card = ({ name, dtype, dims }: ValueInfo) => ({ name, dtype, shape: dims });

/** Reads an ONNX file's structure. Throws Unreadable, which names the file, the place and the reason. */
export function openOnnx(path: string): ModelFile {
  const model = readModel(path);
  const picture = pictureInput(model.graph);
  const training = trainingRemark(model.graph);
  return {
    format: "ONNX",
    path,
    bytes: model.files.reduce((sum, { size }) => sum + size, 0),
    producer: [model.producer.name, model.producer.version].filter(Boolean).join(" "),
    opset: model.opsets.get("") ?? 0,
    metadata: model.metadata,
    docs: new Map(
      [...model.graph.outputs, ...model.graph.inputs].flatMap(({ name, doc }) => (doc ? [[name, doc]] : [])),
    ),
    inputs: model.graph.inputs.map(card),
    outputs: model.graph.outputs.map(card),
    picture,
    problems: model.problems,
    remarks: training === undefined ? [] : [training],
    beside: [
      ...model.files.map(({ realPath }) => realPath).filter((file) => file !== model.realPath),
      ...model.missing,
    ],
    state: model.files.map(({ size, mtimeNs, ino }) => `${size} ${mtimeNs} ${ino}`).join("|"),
    unchanged: () => isModelUnchanged(model),
    bind(size, evaluate) {
      if (!picture)
        throw new Unreadable(path, "none of its inputs takes a picture ([N, C, H, W] with 1, 3 or 4 channels)", {
          remedy: "Choose an image classifier.",
        });
      return bind(model, picture, size, evaluate);
    },
    bindTo: (input, evaluate) => bind(model, input, { batch: 1, height: 1, width: 1 }, evaluate),
  };
}
