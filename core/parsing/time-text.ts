/** Formats a time, or its ISO 8601 text, for a sentence: `2026-11-23 17:00:05 UTC`. Milliseconds are cut off. Returns any other text unchanged. */
export const formatTime = (at: Date | string): string =>
  (typeof at === 'string' ? at : at.toISOString()).replace(
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/,
    '$1 $2 UTC',
  );
