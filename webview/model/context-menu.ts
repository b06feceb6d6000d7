/** What a native menu is about: VS Code hands it to the command that is chosen. */
export interface Meant {
  readonly layer?: string | undefined;
  readonly channel?: number | undefined;
  /** A box of the graph, by its key, and whether another one is chosen, from which there may be a way to it. */
  readonly graphBox?: string;
  readonly otherChosen?: boolean;
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
    const about = meant(event);
    if (!about) {
      element.removeAttribute(attribute);
      return;
    }
    const { layer, channel } = about;
    const context = {
      webviewSection: channel !== undefined ? "channel" : layer !== undefined ? "layer" : "box",
      ...about, // JSON leaves out what is undefined
      ...(look === "alone" && { preventDefaultContextMenuItems: true }),
    };
    element.setAttribute(attribute, JSON.stringify(context));
  });
}
