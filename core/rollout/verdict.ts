import type { Verdict } from '../model/state-data.ts';
import { checkAlarms } from './alarms.ts';
import { bakeWatchEnd, checkBakeTime, checkLostTasks, formatStableSince } from './bake-time.ts';
import {
  checkFailed,
  checkRolledBackByEcs,
  checkServiceGone,
  checkStopped,
  checkSucceeded,
  checkWithoutHistory,
} from './ecs-verdict.ts';
import { createFailureReason } from './failure-reason.ts';
import { type Finding, inProgress, stable } from './finding.ts';
import { historyWarnings } from './history-warning.ts';
import { planNextCheck } from './next-check.ts';
import type { RolloutObservation } from './observation.ts';
import { checkCrashLoop, checkDeadline, checkFailedLaunches, checkPermanentFailure } from './own-judgement.ts';
import { checkSuperseded } from './superseded.ts';
import { serviceStatusOf } from './task-counts.ts';

type VerdictRule = (look: RolloutObservation) => Finding | undefined;

/** In order of certainty: ECS's own final status, the service's state, Gantry's own judgement. The first rule that applies decides. */
const rolloutRules: VerdictRule[] = [
  checkServiceGone,
  checkRolledBackByEcs,
  checkFailed,
  checkAlarms,
  checkSucceeded,
  checkSuperseded,
  checkStopped,
  checkWithoutHistory,
  checkPermanentFailure,
  checkFailedLaunches,
  checkCrashLoop,
  checkDeadline,
];

/** What can still happen to a rollout that ECS calls stable. */
const bakeRules: VerdictRule[] = [
  checkSuperseded,
  checkPermanentFailure,
  checkFailedLaunches,
  checkCrashLoop,
  checkBakeTime,
  checkLostTasks,
];

function findFirstFinding(candidates: VerdictRule[], look: RolloutObservation): Finding | undefined {
  for (const rule of candidates) {
    const finding = rule(look);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function applyRules(look: RolloutObservation): Finding {
  const finding = findFirstFinding(rolloutRules, look) ?? inProgress;
  return finding.outcome === 'stable' && look.bakeMinutes > 0 ? (findFirstFinding(bakeRules, look) ?? stable) : finding;
}

/** The verdict on our deployment, from one check. `since`: when our deployment began, also if a newer one is followed. */
export function judgeRollout(look: RolloutObservation, since: Date): Verdict {
  const finding = applyRules(look);
  const seen = {
    standing: serviceStatusOf(look.service),
    serviceDeploymentArn: look.serviceDeployment?.arn,
    following: look.followed ? look.rollout : undefined,
    stableAt: look.stableAt?.toISOString(),
    desiredAtStable: look.desiredAtStable,
    pausedAt: look.pausedAt?.toISOString(),
    historyReadAt: look.historyReadAt?.toISOString(),
    warnings: historyWarnings(look),
  };
  switch (finding.outcome) {
    case 'stable':
      return { ...seen, outcome: 'stable' };
    case 'superseded': {
      const { id, taskDefinition } = finding.by;
      const reason = finding.sentence + formatStableSince(look);
      return { ...seen, outcome: 'superseded', reason, by: { deploymentId: id, taskDefinition } };
    }
    case 'failed': {
      const { outcome, rollBack, sentence } = finding;
      const reason = createFailureReason(sentence + formatStableSince(look), look);
      return { ...seen, outcome, rollBack, reason, at: look.now.toISOString() };
    }
    case 'baking': {
      const stableAt = (look.stableAt ?? look.now).toISOString();
      return {
        ...seen,
        outcome: 'going on',
        stableAt,
        desiredAtStable: look.desiredAtStable ?? look.service.desired,
        ...planNextCheck(look, { since, end: bakeWatchEnd(look) }),
      };
    }
    case 'going on': {
      // The newer deployment has a history entry of its own.
      const next = finding.following && { following: finding.following, serviceDeploymentArn: undefined };
      return { ...seen, ...next, outcome: 'going on', ...planNextCheck(look, { since, end: look.deadline }) };
    }
  }
}
