/** `1 task`, `2 tasks`, `0 tasks`. `plural` is needed only if the plural is not the singular with an "s". */
export const formatCount = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : plural}`;
