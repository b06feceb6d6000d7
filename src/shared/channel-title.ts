/** What became of a channel that does not simply have its picture. */
export type ChannelFate = "woken" | "dead here";

/** What a sheet calls a channel's picture. */
export const channelTitle = (channel: number, fate?: ChannelFate): string =>
  `Channel ${channel}${fate ? `: ${fate}` : ""}`;
