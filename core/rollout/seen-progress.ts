import type { Verdict } from '../model/state-data.ts';
import { formatStableSince } from './bake-time.ts';
import { listHistoryWarnings } from './history-warning.ts';
import type { RolloutObservation } from './observation.ts';
import { describeContinuedHooks, formatReachedTraffic } from './stage-sentences.ts';
import { toServiceStatus } from './task-counts.ts';

/** Returns the warnings about how the verdict was reached, and the sentences about lifecycle hooks; undefined if there are none. */
function formatWarnings(observation: RolloutObservation): string[] | undefined {
  const warnings = [
    ...(listHistoryWarnings(observation) ?? []),
    ...(describeContinuedHooks(observation.progress) ?? []),
  ];
  return warnings.length === 0 ? undefined : warnings;
}

type SeenProgress = Omit<Extract<Verdict, { outcome: 'stable' }>, 'outcome'>;

/** Returns the data that a check passes to the next check with any verdict. */
export const selectSeenProgress = (observation: RolloutObservation): SeenProgress => ({
  serviceStatus: toServiceStatus(observation.service),
  serviceDeploymentArn: observation.serviceDeployment?.arn,
  following: observation.followed ? observation.rollout : undefined,
  stableAt: observation.stableAt?.toISOString(),
  desiredAtStable: observation.desiredAtStable,
  pausedAt: observation.pausedAt?.toISOString(),
  progress: observation.progress,
  historyReadAt: observation.historyReadAt?.toISOString(),
  warnings: formatWarnings(observation),
});

/** Describes the progress of a rollout that did not succeed, to append to another sentence. */
export const formatReachedProgress = (observation: RolloutObservation): string =>
  formatReachedTraffic(observation.progress) + formatStableSince(observation);
