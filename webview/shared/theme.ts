export type ThemeKind = "light" | "dark" | "high-contrast" | "high-contrast-light";

/** The theme kind as VS Code writes it on the body. */
export function themeKind(): ThemeKind {
  const has = (name: string) => document.body.classList.contains(name);
  if (has("vscode-high-contrast-light")) return "high-contrast-light";
  if (has("vscode-high-contrast")) return "high-contrast";
  return has("vscode-light") ? "light" : "dark";
}

export const isDark = (kind: ThemeKind): boolean => kind === "dark" || kind === "high-contrast";

/** Calls back when another theme is chosen. */
export function onThemeChange(changed: () => void): void {
  new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
