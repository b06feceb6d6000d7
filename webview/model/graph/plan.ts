// What the page asks of its worker, and what comes back. Plain data: it crosses as a message.

/** [x, y] of a port, from the box's left upper corner, is at its upper or lower edge: only x is told. */
export interface ItemSpec {
  readonly width: number;
  readonly height: number;
  /** Of an open block. Its size follows from what is in it; `width` is the least. */
  readonly level?: LevelSpec;
}

export interface LevelSpec {
  readonly items: readonly ItemSpec[];
  /** [from item, its port, to item, its port]; an item below zero is the level's own port (`ownIn`, `ownOut`). */
  readonly links: readonly (readonly [number, number, number, number])[];
  readonly ins: number;
  readonly outs: number;
  /** Room for the title, above the boxes. */
  readonly header: number;
}

export interface LevelPlan {
  readonly width: number;
  readonly height: number;
  readonly items: readonly ItemPlan[];
  /** Of each link: x, y, x, y, … from the level's left upper corner. */
  readonly links: readonly Float32Array[];
  /** x of each port. */
  readonly ins: readonly number[];
  readonly outs: readonly number[];
}

export interface ItemPlan {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly level?: LevelPlan;
}

export interface LayoutRequest {
  readonly id: number;
  readonly level: LevelSpec;
}

export type LayoutAnswer =
  { readonly id: number; readonly plan: LevelPlan } | { readonly id: number; readonly failure: string };
