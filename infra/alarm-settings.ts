/** What all alarms have in common: one period above zero. For all of these metrics, no data means that nothing went wrong. */
export const alarmSettings = {
  evaluationPeriods: 1,
  threshold: 0,
  comparisonOperator: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
} as const;
