export const root: string;
export const platform: string;
export const vsix: string;
