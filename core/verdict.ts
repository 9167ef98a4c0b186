import { crashLoopIn } from './crash-loop.ts';
import type { Standing, Verdict } from './deployment.ts';
import { broken, byService, gone, stopped, succeeded, undone } from './ecs-word.ts';
import { byUs, type Finding, failed, goingOn, subject } from './finding.ts';
import { holdUps } from './hold-ups.ts';
import { type Look, oursIn, type ServiceNow } from './look.ts';
import { overtaken } from './overtaken.ts';
import { reasonOf } from './reason.ts';
import { causeOf, isHopeless } from './stopped-task.ts';
import { waitSeconds } from './wait.ts';

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

/** In order of certainty: ECS's own last word, what became of it, our own judgement. The first rule that applies decides. */
const rules = [gone, succeeded, undone, broken, overtaken, stopped, byService, hopeless, crashing, late];

const findingOf = (look: Look): Finding => {
  for (const rule of rules) {
    const finding = rule(look);
    if (finding !== undefined) return finding;
  }
  return goingOn;
};

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
  };
  switch (finding.outcome) {
    case 'stable':
      return { ...seen, outcome: 'stable' };
    case 'superseded': {
      const { id, taskDefinition } = finding.by;
      return { ...seen, outcome: 'superseded', reason: finding.sentence, by: { deploymentId: id, taskDefinition } };
    }
    case 'failed': {
      const { outcome, rollBack, sentence } = finding;
      return { ...seen, outcome, rollBack, reason: reasonOf(sentence, look), at: look.now.toISOString() };
    }
    case 'going on': {
      const wait = waitSeconds(look.now.getTime() - since.getTime(), look.deadline.getTime() - look.now.getTime());
      // The newer deployment has a history entry of its own.
      const next = finding.following && { following: finding.following, serviceDeploymentArn: undefined };
      return { ...seen, ...next, outcome: 'going on', waitSeconds: wait };
    }
  }
}
