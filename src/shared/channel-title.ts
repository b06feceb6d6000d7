/** What became of a channel that does not simply have its picture. */
export type ChannelFate = "inactive at first" | "dead here";

/** What a sheet calls a channel's picture; `label`: the class that the channel is, where it is one. */
export const channelTitle = (channel: number, fate?: ChannelFate, label?: string): string =>
  `Channel ${channel}${label === undefined ? "" : `, ${label}`}${fate ? `: ${fate}` : ""}`;

/** Whether that became of the channel that has this title. */
export const hasFate = (title: string, fate: ChannelFate): boolean => title.endsWith(`: ${fate}`);
