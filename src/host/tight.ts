import { isOdd, named } from "../shared/odd-numbers.ts";

/**
 * The same value, fit for a webview: numbers that JSON has not by name, every typed array on a buffer of its own size. A webview message carries the whole buffer behind a
 * view, and a Node Buffer would arrive as JSON.
 */
export function tight(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? value : tightArray(value as Uint8Array); // any typed array
  if (Array.isArray(value)) return value.every(isPlain) ? value : value.map(tight);
  if (isOdd(value)) return named(value);
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, tight(field)]));
}

const isPlain = (value: unknown) => (typeof value !== "object" || value === null) && !isOdd(value);

const tightArray = (array: Uint8Array): Uint8Array => {
  if (Buffer.isBuffer(array)) return new Uint8Array(array);
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
};
