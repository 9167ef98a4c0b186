export const logRetentionDays = 90;
