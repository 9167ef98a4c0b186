/** So much of some numbers are not larger than this one; 0 of none. */
export const quantile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** The middle of some numbers, of an even count the upper of the two; 0 of none. */
export const median = (values: number[]): number => quantile(values, 0.5);
