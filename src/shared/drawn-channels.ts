/** Which channels of a layer a picture of its maps has. */
export function drawnChannels(drawn: number, channels: number): string {
  if (channels === 1) return "its one channel";
  return drawn === channels ? `all ${channels} channels` : `the ${drawn} most active of ${channels} channels`;
}
