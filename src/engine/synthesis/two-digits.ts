/** As few digits as say how large it is, never with an exponent where it is large: "0.35", "14", "6213". */
export const twoDigits = (n: number): string => (n >= 99.5 ? n.toFixed(0) : n.toPrecision(2));
