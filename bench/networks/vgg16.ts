import { Exported } from "./exported.ts";

/** Simonyan & Zisserman 2015, table 1, column D: the channels of each block's convolutions. */
const blocks = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/** VGG-16: 138 million parameters, 553 MB. */
export function vgg16(): { readonly network: Exported; readonly output: string } {
  const network = new Exported();
  let x = "input";
  let channels = 3;
  let at = 0;
  const module = () => `features.${at++}`;
  for (const block of blocks) {
    for (const outs of block) {
      x = network.relu(network.conv(x, module(), channels, outs, { kernel: 3, pad: 1 }), module());
      channels = outs;
    }
    x = network.maxPool(x, module(), { kernel: 2, stride: 2 });
  }
  x = network.flatten(x, "flatten");
  x = network.relu(network.linear(x, "classifier.0", 7 * 7 * channels, 4096), "classifier.1");
  x = network.relu(network.linear(x, "classifier.3", 4096, 4096), "classifier.4");
  return { network, output: network.linear(x, "classifier.6", 4096, 1000) };
}
