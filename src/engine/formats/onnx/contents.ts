/** What a file is, going by its first bytes, when it is none of the models that Glassbox reads: a sentence's predicate and advice. */
export interface Foreign {
  readonly what: string;
  readonly remedy: string;
}

const exportIt = "Export the model to ONNX.";

const signatures: readonly (readonly [offset: number, bytes: string, what: string, remedy: string])[] = [
  [
    0,
    "PK\x03\x04",
    "a zip archive, as PyTorch's .pt and .pth and Keras's .keras files are",
    `${exportIt} An archive of a model must be unpacked.`,
  ],
  [0, "\x1f\x8b", "compressed by gzip", "Unpack it."],
  [0, "BZh", "compressed by bzip2", "Unpack it."],
  [0, "\xfd7zXZ\x00", "compressed by xz", "Unpack it."],
  [0, "7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it."],
  [0, "\x28\xb5\x2f\xfd", "compressed by zstd", "Unpack it."],
  [0, "\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras's .h5 files are", exportIt],
  [4, "TFL3", "a TensorFlow Lite model", exportIt],
  [4, "ORTM", "a model in ONNX Runtime's own format (.ort)", "Use the .onnx file it was made from."],
  [0, "\x93NUMPY", "a NumPy array", "Choose the model instead."],
  [4, '\x00\x00\x00\x00{"', "a safetensors file: weights without the network", exportIt],
  [0, "\x89PNG\r\n\x1a\n", "a picture (PNG)", "Choose a model."],
  [0, "\xff\xd8\xff", "a picture (JPEG)", "Choose a model."],
  [0, "%PDF-", "a PDF document", "Choose a model."],
  [0, "\x7fELF", "a program", "Choose a model."],
];

const texts: readonly (readonly [pattern: RegExp, what: string, remedy: string])[] = [
  [
    /^version https:\/\/git-lfs/,
    "a Git LFS pointer, which stands for the model",
    "Fetch the model itself: git lfs pull.",
  ],
  [
    /^<(!doctype|html|head|\?xml)/i,
    "a web page",
    "The download probably led to a page instead of the file: fetch it again.",
  ],
  [/^\s*[{[]/, "JSON", "Choose the .onnx file."],
  [/^(from \S+ import|import \w|def \w|class \w|#!.*python)/m, "Python source", `Run it to export the model to ONNX.`],
];

/** Undefined where nothing is recognised: then it may well be a model. */
export function recognized(head: Uint8Array): Foreign | undefined {
  if (head.every((byte) => byte === 0))
    return {
      what: "filled with zeros",
      remedy: "It was probably not copied or downloaded completely: fetch it again.",
    };
  const latin = Buffer.from(head).toString("latin1");
  const signature = signatures.find(([offset, bytes]) => latin.startsWith(bytes, offset));
  if (signature) return { what: signature[2], remedy: signature[3] };
  // Its protocol follows, 2 to 5; what else begins so is no ONNX file either.
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5)
    return { what: "a Python pickle, as PyTorch's old .pt and .pth files are", remedy: exportIt };
  if (!isText(head)) return undefined;
  const text = latin.replace(/^\xef\xbb\xbf/, "").trimStart();
  const [, what, remedy] = texts.find(([pattern]) => pattern.test(text)) ?? [text, "a text file", "Choose a model."];
  return { what, remedy };
}

const layout: ReadonlySet<number> = new Set(Buffer.from("\t\n\f\r\x1b"));

const isText = (bytes: Uint8Array) => bytes.every((byte) => (byte >= 0x20 && byte !== 0x7f) || layout.has(byte));
