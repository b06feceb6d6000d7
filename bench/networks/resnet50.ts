import { Exported } from "./exported.ts";

/** He et al. 2016, table 1: how many blocks each stage has, and how narrow they are inside. */
const stages = [
  { blocks: 3, narrow: 64 },
  { blocks: 4, narrow: 128 },
  { blocks: 6, narrow: 256 },
  { blocks: 3, narrow: 512 },
];
const widening = 4;

/** ResNet-50 with the stride in the 3 × 3 convolution, each batch normalisation folded into its convolution. */
export function resnet50(): { readonly network: Exported; readonly output: string } {
  const network = new Exported();
  let x = network.relu(network.conv("input", "conv1", 3, 64, { kernel: 7, stride: 2, pad: 3 }), "relu");
  x = network.maxPool(x, "maxpool", { kernel: 3, stride: 2, pad: 1 });
  let channels = 64;
  for (const [stage, { blocks, narrow }] of stages.entries())
    for (let i = 0; i < blocks; i++) {
      const block = `layer${stage + 1}.${i}`;
      const wide = widening * narrow;
      const stride = stage > 0 && i === 0 ? 2 : 1;
      const shortcut = i ? x : network.conv(x, `${block}.downsample.0`, channels, wide, { kernel: 1, stride });
      let y = network.relu(network.conv(x, `${block}.conv1`, channels, narrow, { kernel: 1 }), `${block}.relu1`);
      y = network.conv(y, `${block}.conv2`, narrow, narrow, { kernel: 3, stride, pad: 1 });
      y = network.conv(network.relu(y, `${block}.relu2`), `${block}.conv3`, narrow, wide, { kernel: 1 });
      x = network.relu(network.add(y, shortcut, block), `${block}.relu3`);
      channels = wide;
    }
  x = network.flatten(network.globalAveragePool(x, "avgpool"), "flatten");
  return { network, output: network.linear(x, "fc", channels, 1000) };
}
