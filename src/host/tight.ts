/**
 * The same value with every typed array on a buffer of its own size. A webview message carries the whole buffer behind a
 * view, and a Node Buffer would arrive as JSON.
 */
export function tight(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? value : tightArray(value as Uint8Array); // any typed array
  if (Array.isArray(value)) return value.every(isScalar) ? value : value.map(tight);
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, tight(field)]));
}

const isScalar = (value: unknown) => typeof value !== "object" || value === null;

const tightArray = (array: Uint8Array): Uint8Array => {
  if (Buffer.isBuffer(array)) return new Uint8Array(array);
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
};
