/** The nodes that feed themselves: members of strongly connected components (Tarjan 1972), without recursion. */
export function nodesInCycles(reads: readonly (readonly number[])[]): number[] {
  const count = reads.length;
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[] = [];
  let next = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    const walk: { readonly node: number; edge: number }[] = [{ node: root, edge: 0 }];
    while (walk.length) {
      const step = walk[walk.length - 1]!; // the list is not empty
      const { node } = step;
      if (step.edge === 0 && index[node] === -1) {
        index[node] = low[node] = next++;
        stack.push(node);
        onStack[node] = 1;
      }
      const to = reads[node]?.[step.edge++];
      if (to !== undefined) {
        if (index[to] === -1) walk.push({ node: to, edge: 0 });
        else if (onStack[to]) low[node] = Math.min(low[node]!, index[to]!);
        continue;
      }
      walk.pop();
      const above = walk.at(-1)?.node;
      if (above !== undefined) low[above] = Math.min(low[above]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const members = stack.splice(stack.lastIndexOf(node));
      for (const member of members) onStack[member] = 0;
      if (members.length > 1 || reads[node]?.includes(node)) for (const member of members) found.push(member);
    }
  }
  return found.sort((a, b) => a - b);
}
