/** What a native menu is about: VS Code hands it to the command that is chosen. */
export interface Meant {
  readonly layer: string;
  readonly channel?: number | undefined;
}

/** VS Code asks the element that was clicked, and those around it, for this. */
const attribute = "data-vscode-context";

/**
 * The native menu over an element is about what `meant` says is under the pointer; about nothing of ours where it says
 * undefined. `alone`: without the entries for text.
 */
export function contextMenu(
  element: HTMLElement,
  meant: (event: MouseEvent) => Meant | undefined,
  look: "alone" | "with those for text" = "alone",
): void {
  element.addEventListener("contextmenu", (event) => {
    const { layer, channel } = meant(event) ?? {};
    if (layer === undefined) {
      element.removeAttribute(attribute);
      return;
    }
    const section = channel === undefined ? "layer" : "channel";
    const context = {
      webviewSection: section,
      layer,
      ...(channel !== undefined && { channel }),
      ...(look === "alone" && { preventDefaultContextMenuItems: true }),
    };
    element.setAttribute(attribute, JSON.stringify(context));
  });
}
