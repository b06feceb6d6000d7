import type { Frame, Locator, Page } from "playwright-core";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/paths.mjs";
import type { Server, Version } from "../../../scripts/vscode-server.mjs";
import { until } from "./until.ts";
import { themeClasses, themeSettings, type ThemeKind } from "./themes.ts";

const row = ".explorer-folders-view .monaco-list-row";
const menuEntry = ".monaco-menu .action-item .action-label";

/** A VS Code window, and what a person does in one. What is not named here is done with `page`. */
export class Workbench {
  /** Those that are open, for pictures of what went wrong. */
  static readonly open = new Set<Workbench>();

  /** What Glassbox's views printed as errors or were refused by their content security policy. */
  readonly problems: string[] = [];

  constructor(
    readonly page: Page,
    readonly version: Version,
    private readonly server: Server,
    private readonly end: () => Promise<void>,
  ) {
    Workbench.open.add(this);
    page.on("console", (message) => {
      const { url, lineNumber } = message.location();
      const ours = url.includes("/dist/webview/") || /Content Security Policy/.test(message.text());
      if (message.type() === "error" && ours) this.problems.push(`${message.text()} (${url}:${lineNumber})`);
    });
  }

  /** Until the window shows its folder's files, in its theme. */
  async ready(theme?: ThemeKind): Promise<void> {
    await this.page.locator(row).first().waitFor({ timeout: 60_000 });
    if (theme) await this.themed(theme);
  }

  async close(): Promise<void> {
    Workbench.open.delete(this);
    await this.end();
  }

  /** Reloads the window by its command, which lets VS Code write down first what it keeps. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent("load", { timeout: 60_000 });
    await this.command("Developer: Reload Window");
    await loaded;
    await this.ready();
  }

  async setTheme(theme: ThemeKind): Promise<void> {
    this.server.changeSettings(themeSettings(theme, this.version));
    await this.themed(theme);
  }

  private async themed(theme: ThemeKind): Promise<void> {
    await this.page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor();
  }

  /** Runs a command as a person does: opens the palette, types the title, chooses the entry that bears it. */
  async command(title: string): Promise<void> {
    await this.#typed("the command is chosen from the palette", title, () =>
      this.#entry(title).click({ timeout: 8000 }),
    );
  }

  /** Looks for words in the palette, in which an entry with that text is then; and leaves it. */
  async findsInPalette(words: string, text: string): Promise<void> {
    const entry = this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text });
    await this.#typed(`${text} is found by ${words}`, words, () => entry.waitFor({ timeout: 8000 }));
    await this.page.keyboard.press("Escape");
  }

  /** A key that comes while the last list is still closing is lost, and a panel that has just loaded takes the focus away. */
  async #typed(what: string, words: string, act: () => Promise<void>): Promise<void> {
    const input = this.page.locator(".quick-input-widget input").first();
    await until(what, async () => {
      await this.page.keyboard.press("F1");
      try {
        await input.waitFor({ timeout: 5000 });
        await input.fill(`>${words}`, { timeout: 3000 });
        await act();
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Runs a command that asks, and answers it: asked anew where a panel that has just loaded takes the focus, which closes the list. */
  async commandAnswered(title: string, answer: string): Promise<void> {
    const answered = async () => {
      await this.command(title);
      return this.#entry(answer)
        .click({ timeout: 8000 })
        .then(() => true)
        .catch(() => false);
    };
    await until(`${answer} is chosen`, answered, 60);
  }

  /** Chooses an entry of the list that is open: of the palette, or of a question that the extension asks. */
  async choose(title: string): Promise<void> {
    await this.#entry(title).click();
  }

  /** Read aloud, an entry's title may be followed by its key binding or its description. */
  #entry(title: string): Locator {
    return this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
  }

  /** Answers VS Code's open or save dialog. */
  async answerFileDialog(path: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input").first();
    // The dialog fills in what it suggests a moment after it opens, over whatever was typed by then.
    for (let steady = 0; steady < 5;) {
      const typed = (await input.inputValue()) === path;
      if (!typed) await input.fill(path);
      steady = typed ? steady + 1 : 0;
      await this.page.waitForTimeout(200);
    }
    // The button is called as the extension asks, and OK where it does not.
    const accept = { name: /^(OK|Choose|Look)$/ };
    await this.page.locator(".quick-input-widget").getByRole("button", accept).click();
  }

  /** A file or folder in the explorer, by its name. */
  file(name: string): Locator {
    return this.page.locator(`${row}[aria-label^="${name}"]`).first();
  }

  /** Selects the files and right-clicks the last one. Resolves to the menu's entries. */
  async openExplorerMenu(first: string, ...others: readonly string[]): Promise<Locator> {
    if (others.length) await this.#select([first, ...others]);
    await this.file(others.at(-1) ?? first).click({ button: "right" });
    const entries = this.page.locator(menuEntry);
    await entries.first().waitFor();
    return entries;
  }

  /** These and no others, and none is opened: once an editor is there, the explorer selects its file alone. */
  async #select(files: readonly string[]): Promise<void> {
    const selected = this.page.locator(`${row}[aria-selected="true"]`);
    const labels = (await selected.all()).map((each) => each.getAttribute("aria-label"));
    const names = (await Promise.all(labels)).map((label) => label ?? "");
    const isWanted = (name: string) => files.some((file) => name.startsWith(file));
    const missing = files.filter((file) => !names.some((name) => name.startsWith(file)));
    for (const name of [...names.filter((name) => !isWanted(name)), ...missing])
      await this.file(name).click({ modifiers: ["ControlOrMeta"] });
  }

  /** Right-clicks a file, or several that are selected first, and chooses an entry of the menu. */
  async explorerMenu(files: string | readonly [string, ...string[]], entry: string): Promise<void> {
    const selected = typeof files === "string" ? ([files] as const) : files;
    const wanted = this.page.locator(menuEntry).filter({ hasText: entry }).first();
    // A window that has just opened shows its files before it knows what extensions add to its menus.
    await until(`the menu has ${entry}`, async () => {
      await this.openExplorerMenu(...selected);
      if (await wanted.isVisible()) return true;
      await this.page.keyboard.press("Escape");
      return false;
    });
    // A menu that has just opened takes no click yet, so that nobody chooses by letting go of the right button.
    await wanted.hover();
    await this.page.waitForTimeout(300);
    await wanted.click();
  }

  /** The document of a Glassbox view that is on screen, by its folder's name in webview/. Waits for it. */
  async frame(view: string, seconds = 20): Promise<Frame> {
    const late = Date.now() + seconds * 1000;
    for (;;) {
      const [frame] = await this.frames(view);
      if (frame) return frame;
      if (Date.now() > late) throw new Error(`No ${view} view was on screen within ${seconds} s.`);
      await this.page.waitForTimeout(50);
    }
  }

  /** The texts of all such elements, in whatever document of the window they are: rendered Markdown has no name. */
  async texts(selector: string): Promise<readonly string[]> {
    const texts = this.page.frames().map((frame) =>
      frame
        .locator(selector)
        .allInnerTexts()
        .catch(() => []),
    );
    return (await Promise.all(texts)).flat();
  }

  /** The documents of all views of this kind that are on screen. */
  async frames(view: string): Promise<readonly Frame[]> {
    const shown = await Promise.all(this.page.frames().map((frame) => isShown(frame, view).catch(() => false)));
    return this.page.frames().filter((_, i) => shown[i]);
  }

  notifications(): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item");
  }

  statusBar(): Locator {
    return this.page.locator(".statusbar-item");
  }

  tabs(): Locator {
    return this.page.locator(".tabs-container .tab");
  }

  /** Keeps a picture of the window for people to look at. Resolves to its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(root, "artifacts/screenshots");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** VS Code puts a view's document into a frame inside a frame; the outer one is what it shows and hides. */
async function isShown(frame: Frame, view: string): Promise<boolean> {
  const outer = frame.parentFrame();
  if (!outer?.url().includes("extensionId=glassbox.glassbox")) return false;
  if (!(await (await outer.frameElement()).isVisible())) return false;
  return (await frame.locator(`#app[data-view="${view}"]`).count()) > 0;
}
