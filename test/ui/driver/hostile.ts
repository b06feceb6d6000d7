import * as w from "../../fixtures/onnx/writer.ts";

/** What would take over a page that took names for markup. */
export const attack = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

/** A small classifier of three classes, whose layer bears that name; where it lies. */
export function hostileModel(): string {
  const kernel = Array.from({ length: 3 * 3 * 9 }, (_, i) => ((i % 7) - 3) / 30);
  return w.file(
    w.model(
      w.graph({
        nodes: [
          w.node("Conv", ["x", "k"], ["maps"], { name: attack }),
          w.node("GlobalAveragePool", ["maps"], ["means"], { name: "pool" }),
          w.node("Flatten", ["means"], ["scores"], { name: "flat" }),
        ],
        initializers: [w.tensor("k", 1, [3, 3, 3, 3], w.floats(9, kernel))],
        inputs: [w.value("x", ["N", 3, 64, 64])],
        outputs: [w.value("scores", ["N", 3])],
      }),
    ),
  );
}
