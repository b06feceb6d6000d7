import type { FileStamp } from "./file.ts";
import { RegularFile } from "./file.ts";
import { besideModel } from "./external.ts";
import { Missing } from "./missing.ts";

/** The files that a model is made of: its own, and those with weights beside it, each opened once. */
export class ModelFiles {
  private readonly opened = new Map<string, RegularFile>();
  private readonly places = new Map<string, RegularFile>();
  readonly missing = new Missing();

  constructor(readonly model: RegularFile) {
    this.opened.set(model.stamp.realPath, model);
  }

  /** The file of that location, checked by `besideModel`. */
  beside(location: string): RegularFile {
    const known = this.places.get(location);
    if (known) return known;
    const path = besideModel(location, this.model.path);
    const file = this.opened.get(path) ?? RegularFile.open(path);
    this.opened.set(path, file);
    this.places.set(location, file);
    return file;
  }

  get all(): readonly RegularFile[] {
    return [...this.opened.values()];
  }

  get stamps(): readonly FileStamp[] {
    return this.all.map(({ stamp }) => stamp);
  }

  close(): void {
    for (const file of this.all) file.close();
  }
}
