import type * as Ort from "onnxruntime-node";

let loading: Promise<typeof Ort> | undefined;

/** Loaded when something runs for the first time: where it cannot be had, files can still be looked into. */
export function onnxruntime(): Promise<typeof Ort> {
  loading ??= import("onnxruntime-node").then(
    (ort) => {
      // Its warnings are about how a model is written, not about what a person asked.
      ort.env.logLevel = "error";
      return ort;
    },
    (error: unknown) => {
      throw new RuntimeMissing(error);
    },
  );
  return loading;
}

/** This platform has no build of ONNX Runtime, or what that needs is not installed. */
export class RuntimeMissing extends Error {
  override name = "RuntimeMissing";
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    super(
      `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch} (${reason}). It is built for Linux with glibc 2.28 ` +
        "or later, Windows and macOS on Apple silicon; on Windows it needs the Visual C++ runtime. Install Glassbox's " +
        "package for such a machine. Here models can be looked into, not run.",
      { cause },
    );
  }
}
