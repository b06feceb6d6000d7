/** Said of what was counted while the brush's strokes are, or were, on the photo; of any number of them. */
export const withStrokes = "with brush strokes";
export const withoutStrokes = "without brush strokes";
