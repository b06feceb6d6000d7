import { Exported } from "./exported.ts";

/** Dosovitskiy et al. 2021, table 1, "ViT-Large" with patches of 16: 304 million parameters, 1.2 GB. */
const [depth, width, heads, hidden, patch, grid] = [24, 1024, 16, 4096, 16, 14];

/** The mean over all tokens in the place of a class token; GELU by its sigmoid approximation. */
export function vitLarge(): { readonly network: Exported; readonly output: string } {
  const network = new Exported();
  const tokens = grid * grid;
  let x = network.conv("input", "patch_embed.proj", 3, width, { kernel: patch, stride: patch });
  x = network.transpose(network.reshape(x, "patch_embed", [1, width, tokens]), "patch_embed", [0, 2, 1]);
  for (let i = 0; i < depth; i++) {
    const block = `blocks.${i}`;
    const attention = `${block}.attn`;
    const normal = network.layerNorm(x, `${block}.norm1`, width);
    const split = (name: string, perm: readonly number[]) => {
      const projected = network.project(normal, `${attention}.${name}`, width, width);
      return network.transpose(
        network.reshape(projected, `${attention}.${name}`, [1, tokens, heads, width / heads]),
        `${attention}.${name}`,
        perm,
      );
    };
    const [q, k, v] = [split("q", [0, 2, 1, 3]), split("k", [0, 2, 3, 1]), split("v", [0, 2, 1, 3])];
    const weights = network.softmax(network.scale(network.multiply(q, k, attention), attention), attention);
    const mixed = network.transpose(network.multiply(weights, v, attention), attention, [0, 2, 1, 3]);
    const joined = network.project(
      network.reshape(mixed, attention, [1, tokens, width]),
      `${attention}.proj`,
      width,
      width,
    );
    x = network.add(x, joined, block);
    const inner = network.project(network.layerNorm(x, `${block}.norm2`, width), `${block}.mlp.fc1`, width, hidden);
    const active = network.times(
      inner,
      network.sigmoid(network.scale(inner, `${block}.mlp.act`), `${block}.mlp.act`),
      `${block}.mlp.act`,
    );
    x = network.add(x, network.project(active, `${block}.mlp.fc2`, hidden, width), block);
  }
  const pooled = network.meanOf(network.layerNorm(x, "norm", width), "pool", 1);
  return { network, output: network.linear(pooled, "head", width, 1000) };
}
