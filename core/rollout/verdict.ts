import type { Standing, Verdict } from '../model/states.ts';
import { lookAway } from '../waiting/subscription.ts';
import { alarmed } from './alarms.ts';
import { afterBake, baking, unreplaced, watchEnd } from './bake-time.ts';
import { crashLoopIn } from './crash-loop.ts';
import { broken, byService, gone, stopped, succeeded, undone } from './ecs-verdict.ts';
import { byUs, type Finding, failed, goingOn, stable, subject } from './finding.ts';
import { type Look, oursIn, type ServiceNow } from './observation.ts';
import { holdUps } from './obstacles.ts';
import { reasonOf } from './reason.ts';
import { causeOf, isHopeless } from './stopped-task.ts';
import { overtaken } from './superseded.ts';

function hopeless(look: Look): Finding | undefined {
  const task = look.stoppedTasks.find(isHopeless);
  if (task === undefined || (oursIn(look)?.running ?? 0) > 0) return undefined;
  return failed(`${subject(look)} cannot start, and trying again does not help: ${causeOf(task)}.`, byUs(look));
}

function crashing(look: Look): Finding | undefined {
  const loop = crashLoopIn(look);
  if (loop === undefined) return undefined;
  return failed(
    `${subject(look)} does not stay up: ${loop.tasks.length} tasks died of the same cause, ${loop.cause}.`,
    byUs(look),
  );
}

const late = (look: Look): Finding | undefined =>
  look.now < look.deadline
    ? undefined
    : failed(
        `${subject(look)} was not stable at its deadline, ${look.deadline.toISOString()}: ${holdUps(look)}.`,
        byUs(look),
      );

type Rule = (look: Look) => Finding | undefined;

/** In order of certainty: ECS's own last word, what became of it, our own judgement. The first rule that applies decides. */
const rules: Rule[] = [
  gone,
  undone,
  broken,
  alarmed,
  succeeded,
  overtaken,
  stopped,
  byService,
  hopeless,
  crashing,
  late,
];

/** What can still happen to a rollout that ECS calls stable. */
const bakeRules: Rule[] = [overtaken, hopeless, crashing, baking, unreplaced];

function first(candidates: Rule[], look: Look): Finding | undefined {
  for (const rule of candidates) {
    const finding = rule(look);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function findingOf(look: Look): Finding {
  const finding = first(rules, look) ?? goingOn;
  return finding.outcome === 'stable' && look.bakeMinutes > 0 ? (first(bakeRules, look) ?? stable) : finding;
}

/** Where the service stands now. */
export const standingOf = ({ taskDefinition, desired, running, pending }: ServiceNow): Standing => ({
  taskDefinition,
  desired,
  running,
  pending,
});

/** What ECS has made of our deployment, by one look at it. `since`: when our deployment began, also where a newer one is followed. */
export function judge(look: Look, since: Date): Verdict {
  const finding = findingOf(look);
  const seen = {
    standing: standingOf(look.service),
    serviceDeploymentArn: look.serviceDeployment?.arn,
    following: look.followed ? look.rollout : undefined,
    stableAt: look.stableAt?.toISOString(),
  };
  switch (finding.outcome) {
    case 'stable':
      return { ...seen, outcome: 'stable' };
    case 'superseded': {
      const { id, taskDefinition } = finding.by;
      const reason = finding.sentence + afterBake(look);
      return { ...seen, outcome: 'superseded', reason, by: { deploymentId: id, taskDefinition } };
    }
    case 'failed': {
      const { outcome, rollBack, sentence } = finding;
      const reason = reasonOf(sentence + afterBake(look), look);
      return { ...seen, outcome, rollBack, reason, at: look.now.toISOString() };
    }
    case 'baking': {
      const stableAt = (look.stableAt ?? look.now).toISOString();
      return {
        ...seen,
        outcome: 'going on',
        stableAt,
        ...lookAway(look.now, { since, end: watchEnd(look) }, look.ear),
      };
    }
    case 'going on': {
      // The newer deployment has a history entry of its own.
      const next = finding.following && { following: finding.following, serviceDeploymentArn: undefined };
      return { ...seen, ...next, outcome: 'going on', ...lookAway(look.now, { since, end: look.deadline }, look.ear) };
    }
  }
}
