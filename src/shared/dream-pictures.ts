import type { Given } from "./parameters.ts";

// The other pictures that one is made of, beside the photo: files and a folder, as a recipe or a person's settings name them.

/** The one that it starts from, where a technique may do without. */
export const startOf = ({ photo }: Given): string | undefined => chosen(photo);

/** The one whose style it has. */
export const styleOf = ({ style }: Given): string | undefined => chosen(style);

/** The folder of photos that it is learned from, or is a map of. */
export const folderOf = ({ folder }: Given): string | undefined => chosen(folder);

const chosen = (file: unknown): string | undefined => (typeof file === "string" && file !== "" ? file : undefined);
