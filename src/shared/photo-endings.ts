/** The endings of files that are offered as photos; what a file is, its content says. */
export const photoEndings = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "avif", "tiff", "tif"] as const;

export const isPhoto = (path: string): boolean =>
  photoEndings.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
