/** True for a time in ISO 8601 that ends in an offset such as `+00:00`. */
export const hasOffset = (time: string): boolean => /T[\d:.]+[+-]\d\d:?\d\d$/.test(time);
