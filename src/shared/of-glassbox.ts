/** What is left out where a folder's photos are looked at: results that were saved beside them. */
export const ofGlassbox = (count: number): string =>
  `${count} ${count === 1 ? "picture that was" : "pictures that were"} made by Glassbox`;
