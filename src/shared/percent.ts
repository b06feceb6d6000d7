/** A share in print: "76.9 %", "0.03 %"; what is not quite nothing or all is said so: "< 0.01 %", "> 99.9 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.01) return "< 0.01 %";
  if (value >= 99.95 && value < 100) return "> 99.9 %";
  if (value === 0 || value === 100) return `${value} %`;
  return `${value.toFixed(value >= 1 ? 1 : 2)} %`;
}
