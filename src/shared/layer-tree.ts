/** A layer as the tree needs it: its own name, and the module that it stands in or is. */
export interface ScopedLayer {
  readonly name: string;
  readonly scope: string;
}

/** A module, a layer, or both: a block whose sum is known by the block's own name. */
export interface LayerBranch {
  /** The same whatever else the model holds: what a view keeps its selection by. */
  readonly id: string;
  /** What its parent's name does not say already. */
  readonly label: string;
  /** Place in the list of layers; undefined for a module that only holds others. */
  readonly layer: number | undefined;
  /** In order of execution. */
  readonly children: readonly LayerBranch[];
}

/** Names come from files: deeper nesting than any person's is left in one piece. */
const deepest = 24;

/** Layers nested as their names are. A module that holds one thing only is joined with it: "stage1/block1". */
export function layerTree(layers: readonly ScopedLayer[]): readonly LayerBranch[] {
  const root = new Draft("", "");
  layers.forEach(({ name, scope }, layer) => {
    const module = root.within(scope || name);
    if (module.layer === undefined && isNameOf(name, scope || name)) module.layer = layer;
    else
      module.add(JSON.stringify([module.path, name]), `${module.path}${jointOf(module.path)}${lastPart(name)}`).layer =
        layer;
  });
  let top = root;
  // What everything stands in says nothing of anything.
  for (let only = top.only; only && only.layer === undefined; only = top.only) top = only;
  return top.children.map((child) => finished(child, top.path));
}

/** Places of the layers that a branch is or holds, in order of execution: the output of the last one leaves the module. */
export const layersOfBranch = ({ layer, children }: LayerBranch): readonly number[] =>
  [...(layer === undefined ? [] : [layer]), ...children.flatMap(layersOfBranch)].sort((a, b) => a - b);

class Draft {
  layer: number | undefined;
  readonly #children = new Map<string, Draft>();

  constructor(
    readonly id: string,
    /** Begins with the parent's path and a separator. */
    readonly path: string,
  ) {}

  get children(): readonly Draft[] {
    return [...this.#children.values()];
  }

  get only(): Draft | undefined {
    return this.#children.size === 1 ? this.children[0] : undefined;
  }

  add(id: string, path: string): Draft {
    const child = this.#children.get(id) ?? new Draft(id, path);
    this.#children.set(id, child);
    return child;
  }

  within(scope: string): Draft {
    return outerScopes(scope).reduce<Draft>((outer, path) => outer.add(`${path}/`, path), this);
  }
}

function finished(draft: Draft, outer: string): LayerBranch {
  const { only } = draft;
  if (draft.layer === undefined && only) return finished(only, outer);
  return {
    id: draft.id,
    label: draft.path.slice(outer ? outer.length + 1 : 0),
    layer: draft.layer,
    children: draft.children.map((child) => finished(child, draft.path)),
  };
}

/** "a.b/c": "a", "a.b" and "a.b/c" itself. Two separators in a row are part of a name. */
function outerScopes(scope: string): readonly string[] {
  const ends = [...scope.matchAll(/(?<=[^./])[./](?=[^./])/g)].map(({ index }) => index);
  return [...ends.slice(0, deepest), scope.length].map((end) => scope.slice(0, end));
}

/** A layer's name is its module's, or what is left of it without the prefix that all modules share. */
const isNameOf = (name: string, scope: string): boolean =>
  scope === name || (scope.endsWith(name) && /[./]/.test(scope.charAt(scope.length - name.length - 1)));

/** As the module's own name is written. */
const jointOf = (path: string): string => (path.includes(".") && !path.includes("/") ? "." : "/");

const lastPart = (name: string): string => name.split("/").filter(Boolean).at(-1) ?? name;
