import type Sharp from "sharp";

let loading: Promise<typeof Sharp> | undefined;

/** The image library, loaded when the first photo is read or drawn: where it cannot be had, the engine starts all the same. */
export function codecs(): Promise<typeof Sharp> {
  loading ??= import("sharp").then(
    ({ default: sharp }) => sharp,
    (error: unknown) => {
      throw new CodecsMissing(error);
    },
  );
  return loading;
}

/** This platform has no build of sharp, or what that needs is not installed. */
export class CodecsMissing extends Error {
  override name = "CodecsMissing";
  constructor(cause: unknown) {
    const lines = (cause instanceof Error ? cause.message : String(cause)).split("\n").filter(Boolean);
    super(
      `photos cannot be read or drawn on ${process.platform} ${process.arch}: the image library sharp cannot be loaded ` +
        `(${lines[0] ?? ""}). Install Glassbox's package for this machine; tensors (.npy) are read without it`,
      { cause },
    );
  }
}
