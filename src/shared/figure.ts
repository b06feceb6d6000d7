/** A number for a person: three significant figures, a true minus sign, powers of ten only where zeros would hide the number: "−9.39×10⁻⁹". */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace("-", "−");
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(Number(value.toPrecision(3))).replace("-", "−");
  const [digits = "", power = ""] = value.toExponential(2).replace("+", "").split("e");
  return `${digits.replace("-", "−")}×10${[...power].map((sign) => raised[sign] ?? sign).join("")}`;
}

const raised: Readonly<Record<string, string>> = Object.fromEntries(
  [..."-0123456789"].map((sign, i) => [sign, [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"][i] ?? sign]),
);

/** An objective in print. What is next to 1 is not called so: as a probability, that would be certainty. */
export const objectiveText = (value: number): string => (value >= 0.9995 && value < 1 ? "> 0.999" : figure(value));
