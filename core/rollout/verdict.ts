import type { Verdict } from '../model/state-data.ts';
import { escapeUnprintable } from '../parsing/display-text.ts';
import { checkAlarms } from './alarms.ts';
import { calculateBakeWatchEnd, calculateLatestNextCheck, checkBakeTime, checkLostTasks } from './bake-time.ts';
import {
  checkFailedByEcs,
  checkRolledBackByEcs,
  checkServiceGone,
  checkStopped,
  checkSucceeded,
  checkWithoutHistory,
  doesEcsRollBackEveryFailure,
} from './ecs-verdict.ts';
import { createFailureReason } from './failure-reason.ts';
import { type Finding, inProgressFinding, stableFinding } from './finding.ts';
import { checkCrashLoop, checkDeadline, checkFailedLaunches, checkPermanentFailure } from './gantry-verdict.ts';
import { planNextCheck } from './next-check.ts';
import type { RolloutObservation } from './observation.ts';
import { calculateWatchEnd } from './pause.ts';
import { formatReachedProgress, selectSeenProgress } from './seen-progress.ts';
import { checkSuperseded } from './superseded.ts';

type VerdictRule = (observation: RolloutObservation) => Finding | undefined;

/** The rules in order of certainty: ECS's own final status, then the service's state. The first rule that applies decides. */
const ecsRules: VerdictRule[] = [
  checkServiceGone,
  checkRolledBackByEcs,
  checkFailedByEcs,
  checkAlarms,
  checkSucceeded,
  checkSuperseded,
  checkStopped,
  checkWithoutHistory,
];

/** Gantry's own rules for a rollout that is not stable yet. */
const rolloutRules: VerdictRule[] = [checkPermanentFailure, checkFailedLaunches, checkCrashLoop, checkDeadline];

/** The rules for a rollout that ECS reports as stable. */
const bakeRules: VerdictRule[] = [
  checkSuperseded,
  checkPermanentFailure,
  checkFailedLaunches,
  checkCrashLoop,
  checkBakeTime,
  checkLostTasks,
];

function findFirstFinding(candidates: VerdictRule[], observation: RolloutObservation): Finding | undefined {
  for (const rule of candidates) {
    const finding = rule(observation);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/**
 * Whether our own deployment was stable and no later fact of ECS contradicts this. Without a history entry and a `rolloutState`, ECS shows a deployment as
 * stable only while all its tasks run.
 */
const wasStable = ({ stableAt, followed, serviceDeployment, service }: RolloutObservation): boolean =>
  stableAt !== undefined && !followed && serviceDeployment === undefined && !service.shiftsTraffic;

function applyRules(observation: RolloutObservation): Finding {
  const shown = findFirstFinding(ecsRules, observation) ?? (wasStable(observation) ? stableFinding : undefined);
  if (shown === undefined) return findFirstFinding(rolloutRules, observation) ?? inProgressFinding;
  return shown.outcome === 'stable' && observation.bakeMinutes > 0
    ? (findFirstFinding(bakeRules, observation) ?? stableFinding)
    : shown;
}

const findBy = ({ superseder }: RolloutObservation) =>
  typeof superseder === 'object' ? { execution: superseder.execution } : {};

/** Returns the verdict on our deployment, from one check. `since`: when our deployment began, even if Gantry now follows a newer deployment. */
export function judgeRollout(observation: RolloutObservation, since: Date): Verdict {
  const finding = applyRules(observation);
  const seen = selectSeenProgress(observation);
  switch (finding.outcome) {
    case 'stable':
      return { ...seen, outcome: 'stable' };
    case 'superseded': {
      const { id, taskDefinition } = finding.by;
      const reason = escapeUnprintable(finding.sentence + formatReachedProgress(observation));
      return {
        ...seen,
        outcome: 'superseded',
        reason,
        by: { deploymentId: id, taskDefinition, ...findBy(observation) },
      };
    }
    case 'failed': {
      const { outcome, rollBack, sentence, late, undecided } = finding;
      const reason = createFailureReason(sentence + formatReachedProgress(observation), observation);
      const at = observation.now.toISOString();
      return { ...seen, outcome, rollBack, late, undecided, reason, at, log: observation.log };
    }
    case 'baking': {
      const stableAt = (observation.stableAt ?? observation.now).toISOString();
      return {
        ...seen,
        outcome: 'going on',
        stableAt,
        desiredAtStable: observation.desiredAtStable ?? observation.service.desired,
        until: calculateBakeWatchEnd(observation).toISOString(),
        ...planNextCheck(observation, { since, end: calculateLatestNextCheck(observation) }),
      };
    }
    case 'going on': {
      // The newer deployment has a history entry of its own.
      const next = finding.following && { following: finding.following, serviceDeploymentArn: undefined };
      const end = calculateWatchEnd(observation, finding.pauseReport !== undefined);
      const plan = planNextCheck(observation, { since, end });
      const until = end.toISOString();
      const ecsRollsBack = doesEcsRollBackEveryFailure(observation.service);
      return { ...seen, ...next, ...plan, outcome: 'going on', until, ecsRollsBack, pauseReport: finding.pauseReport };
    }
  }
}
