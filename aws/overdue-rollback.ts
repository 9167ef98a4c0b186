import type { Config } from '../core/config/check.ts';
import { defaultStage, resourceNames } from '../core/config/resource-names.ts';
import { createOverdueMetric } from '../core/reporting/overdue-metric.ts';
import { isOverdue } from '../core/rollback/outcome.ts';
import type { ClockAndLogger } from './lambda.ts';

/** A rollback's event, as far as it says since when the rollout has failed. */
interface RollbackEvent {
  input: { verdict: { at: string } };
}

/** After an hour without success, logs the metric that the rollback alarm watches. */
export function reportIfOverdue({ input }: RollbackEvent, config: Config, { now, logger }: ClockAndLogger): void {
  const { at } = input.verdict;
  if (!isOverdue(new Date(at), now)) return;
  const metric = createOverdueMetric(resourceNames(config, process.env.STAGE ?? defaultStage).prefix, now);
  logger.warn(`The rollback has not succeeded since ${at}: a person has to look`, metric);
}
