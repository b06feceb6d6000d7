// How packets cross between the page and Node in the harness: as text, arrays of numbers in base64.

const arrays = {
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
};
type Packed =
  { readonly $: keyof typeof arrays; readonly bytes: string } | { readonly $: "number"; readonly text: string };

export const encode = (value: unknown): string =>
  JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key: string, written: unknown) {
    const each = isBuffer(written) ? this[key] : written; // a Buffer writes itself out before it comes here
    if (typeof each === "number" && !Number.isFinite(each)) return { $: "number", text: String(each) };
    if (!ArrayBuffer.isView(each)) return each;
    const bytes = new Uint8Array(each.buffer, each.byteOffset, each.byteLength);
    const name = Object.entries(arrays).find(([, Type]) => each instanceof Type)?.[0] ?? "Uint8Array";
    return { $: name, bytes: base64(bytes) };
  });

/** In pieces: a call takes only so many arguments. */
const base64 = (bytes: Uint8Array): string => {
  let text = "";
  const step = 0x2000;
  for (let from = 0; from < bytes.length; from += step)
    text += String.fromCharCode(...bytes.subarray(from, from + step));
  return btoa(text);
};

export const decode = (text: string): unknown =>
  JSON.parse(text, (_, each: unknown) => {
    if (typeof each !== "object" || each === null || !("$" in each)) return each;
    const packed = each as Packed; // only `encode` writes objects with a $
    if (packed.$ === "number") return Number(packed.text);
    const binary = atob(packed.bytes);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return new arrays[packed.$](bytes.buffer);
  });

const isBuffer = (written: unknown): boolean =>
  typeof written === "object" && written !== null && "type" in written && written.type === "Buffer";
