/** Items are kept for a year and a month, so that a review of the past year can be a few weeks late. */
export const retentionDays = 400;

/** Returns the attribute by which DynamoDB deletes an item (its TTL): a time in seconds since 1970. `time`: ISO 8601. */
export const expiryAfterRetention = (time: string): { expires: number } => ({
  expires: Math.floor(Date.parse(time) / 1000) + retentionDays * 24 * 3600,
});
