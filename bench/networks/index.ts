import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/paths.mjs";
import { resnet50 } from "./resnet50.ts";
import { vitLarge } from "./vit.ts";
import { vgg16 } from "./vgg16.ts";

const cache = join(root, ".cache/bench");

/** A network to measure, as a file that a person might open. */
export interface Subject {
  readonly title: string;
  readonly path: string;
}

export const squeezenet: Subject = { title: "SqueezeNet 1.1", path: join(root, "samples/squeezenet1.1.onnx") };
export const efficientnet: Subject = {
  title: "EfficientNet-Lite0",
  path: join(root, "samples/efficientnet-lite0.onnx"),
};

/** Those with random weights are made when they are first asked for. */
export const randomResnet50 = (): Subject => ({ title: "ResNet-50 (random)", path: made("resnet50", resnet50()) });
export const randomVgg16 = (): Subject => ({ title: "VGG-16 (random)", path: made("vgg16", vgg16()) });
export const randomVitLarge = (): Subject => ({ title: "ViT-L/16 (random)", path: made("vit-large", vitLarge()) });

function made(name: string, { network, output }: ReturnType<typeof vgg16>): string {
  const path = join(cache, `${name}.onnx`);
  const ends = { input: "input", inputShape: [1, 3, 224, 224], output, outputShape: [1, 1000] };
  if (statSync(path, { throwIfNoEntry: false })?.size === network.length(ends)) return path;
  console.log(`Making ${name} with ${(network.parameters / 1e6).toFixed(2)} million random weights …`);
  mkdirSync(cache, { recursive: true });
  network.write(path, ends);
  return path;
}
