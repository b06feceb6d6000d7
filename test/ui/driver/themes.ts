import type { Settings, Version } from "../../../scripts/vscode-server.mjs";

/** The four kinds of theme that VS Code has, as its page names them. */
export const themeClasses = {
  light: "vs",
  dark: "vs-dark",
  "high-contrast": "hc-black",
  "high-contrast-light": "hc-light",
} as const;

export type ThemeKind = keyof typeof themeClasses;

/** One of each kind comes with VS Code; two were renamed meanwhile. */
export function themeSettings(kind: ThemeKind, version: Version): Settings {
  const modern = version === "1.100" ? "Default " : "";
  const names: Record<ThemeKind, string> = {
    light: `${modern}Light Modern`,
    dark: `${modern}Dark Modern`,
    "high-contrast": "Default High Contrast",
    "high-contrast-light": "Default High Contrast Light",
  };
  return { "workbench.colorTheme": names[kind] };
}
