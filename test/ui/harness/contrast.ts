import type { Locator } from "playwright-core";

/** WCAG's contrast of an element's letters, or of its `::placeholder`, with what lies under them: words want 4.5. */
export async function contrast(words: Locator, part = ""): Promise<number> {
  const [low, high] = (await words.evaluate(luminances, part)).sort((a, b) => a - b) as [number, number]; // two
  return (high + 0.05) / (low + 0.05);
}

interface Node {
  readonly assignedSlot: Node | null;
  readonly parentElement: Node | null;
  getRootNode(): { readonly host?: Node };
}

/** Runs in the page, which paints colours to know them, light that comes through among them: of the ground and of the letters. */
function luminances(words: unknown, part: string): number[] {
  const { document, getComputedStyle } = globalThis as unknown as {
    document: {
      createElement(tag: "canvas"): {
        getContext(kind: "2d"): {
          fillStyle: string;
          fillRect(x: number, y: number, width: number, height: number): void;
          getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
        };
      };
    };
    getComputedStyle(element: Node, part?: string): { readonly color: string; readonly backgroundColor: string };
  }; // the browser's window, which this folder's types do not know
  const grounds: string[] = [];
  for (let at: Node | undefined = words as Node; at; at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host)
    grounds.unshift(getComputedStyle(at).backgroundColor);
  const context = document.createElement("canvas").getContext("2d");
  return [...grounds, getComputedStyle(words as Node, part).color]
    .map((color) => {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b] = Array.from(context.getImageData(0, 0, 1, 1).data, (byte) =>
        byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
      ) as [number, number, number]; // and how much light comes through
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })
    .slice(-2);
}
