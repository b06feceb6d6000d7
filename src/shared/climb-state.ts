// What a climb stands on beside its picture: with it a pause changes nothing.

/** What an optimizer has learned of the way. */
export interface OptimizerState {
  readonly kind: string;
  readonly numbers: readonly number[];
  readonly vectors: readonly Float32Array[];
}

/** Pictures from which others differ. */
export interface Around {
  readonly pictures: Float32Array;
  /** What they keep from black and white, as a share of all: nearer, hardly a slope is left. */
  readonly margin: number;
}

export interface ClimbState {
  /** What the numbers are of ("fourier"), and of pictures of which shape: of any other they mean nothing. */
  readonly parameterization: string;
  readonly shape: readonly number[];
  /** Left out where the pixels themselves are what is changed. */
  readonly values?: Float32Array;
  /** The pictures that numbers of zero stand for, where these are not grey. */
  readonly around?: Around;
  readonly optimizer?: OptimizerState;
  /** What the step before was worth, where the next one depends on that. */
  readonly worthBefore?: number;
  /** What it was worth at first, where nothing of the picture activated what is climbed. */
  readonly asleep?: number;
  /** Nothing woke it: what goes into its activation function is climbed instead. */
  readonly isSecondWay?: boolean;
}

/** Bytes beside the picture. */
export const bytesOfState = ({ values, around, optimizer }: ClimbState): number =>
  [values, around?.pictures, ...(optimizer?.vectors ?? [])].reduce((sum, each) => sum + (each?.byteLength ?? 0), 0);
