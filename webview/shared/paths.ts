/** A list's entry that is no file but a way to one: its value is no path. */
export const browse = "\u0000browse";

export const isPath = (value: string): boolean => value !== "" && !value.startsWith("\u0000");
