/** The settings of all alarms: one period above zero. For all these metrics, missing data means that nothing went wrong. */
export const alarmSettings = {
  evaluationPeriods: 1,
  threshold: 0,
  comparisonOperator: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
} as const;
