import type { Config } from '../core/config/check.ts';
import { defaultStage, resourceNames } from '../core/config/resource-names.ts';
import { createOverdueMetric } from '../core/reporting/overdue-metric.ts';
import { isRollbackOverdue } from '../core/rollback/outcome.ts';
import type { ClockAndLogger } from './lambda.ts';

/** Logs the metric that the rollback alarm watches if the rollback has not succeeded within an hour. `at`: since when the rollback is needed (ISO 8601). */
export function logMetricIfOverdue(at: string, config: Config, { now, logger }: ClockAndLogger): void {
  if (!isRollbackOverdue(new Date(at), now)) return;
  const metric = createOverdueMetric(resourceNames(config, process.env.STAGE ?? defaultStage).prefix, now);
  logger.warn(`The rollback has not succeeded since ${at}: a person has to act`, metric);
}
