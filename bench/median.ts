/** Returns the number at this share (0 to 1) of the sorted numbers. Returns 0 if there are no numbers. */
export const quantile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** Returns the median. For an even count, returns the upper of the two middle numbers. Returns 0 if there are no numbers. */
export const median = (values: number[]): number => quantile(values, 0.5);
