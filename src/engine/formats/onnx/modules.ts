/** torch's newer exporter notes the modules around each node, the innermost last but the node itself: "['', 'layer4', 'add']". */
export function moduleOf(metadata: ReadonlyMap<string, string>): string | undefined {
  const scopes = [...(metadata.get("pkg.torch.onnx.name_scopes") ?? "").matchAll(/'([^']*)'/g)];
  return scopes.at(-2)?.[1] || undefined;
}
