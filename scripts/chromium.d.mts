export function findChromium(): string | undefined;
export function installChromium(): Promise<string>;
export const chromiumFlags: string[];
