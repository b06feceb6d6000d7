export type Version = "1.100" | "1.139";
export type Settings = Readonly<Record<string, unknown>>;

export interface StartOptions {
  readonly version?: Version;
  readonly port?: number;
  readonly folder?: string;
  readonly extensionsDir?: string;
  readonly developmentPath?: string;
  readonly testsPath?: string;
  readonly settings?: Settings;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Server {
  readonly url: string;
  readonly closed: Promise<unknown>;
  changeSettings(changed: Settings): void;
  stop(): Promise<void>;
}

export const oldest: Version;
export const newest: Version;
export const cache: string;
export function install(version: Version): Promise<{ readonly node: string; readonly main: string }>;
export function start(options: StartOptions): Promise<Server>;
export function installExtension(version: Version, vsix: string): Promise<string>;
export function linkExtension(
  root: string,
  manifest: { readonly publisher: string; readonly name: string; readonly version: string },
): string;
