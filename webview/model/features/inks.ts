/** The theme's colours that a canvas draws with, and the page's font. */
export interface Inks {
  readonly text: string;
  readonly paper: string;
  readonly dim: string;
  readonly error: string;
  readonly warning: string;
  /** Of words. */
  readonly warned: string;
  readonly focus: string;
  readonly bar: string;
  readonly font: string;
}

/** Read where the theme is known; a theme without one of them gets the text's colour. */
export function inksOf(place: HTMLElement): Inks {
  const style = getComputedStyle(place);
  const read = (name: string, instead: string) => style.getPropertyValue(`--vscode-${name}`).trim() || instead;
  const text = read("foreground", style.color);
  return {
    text,
    paper: read("editor-background", "Canvas"),
    dim: read("descriptionForeground", text),
    error: read("errorForeground", text),
    warning: read("editorWarning-foreground", text),
    warned: style.getPropertyValue("--warning-text").trim() || text,
    focus: read("focusBorder", text),
    bar: read("charts-blue", text),
    font: style.fontFamily,
  };
}
