/** For a network whose scores cannot be told: it has none, or something stands in the way, a clause. */
export const noClassesWords = (path: string, trouble: string | undefined): string =>
  trouble === undefined
    ? `${path} has no classes: none of its outputs is one number per class.`
    : `The scores of ${path} cannot be computed: ${trouble}.`;
