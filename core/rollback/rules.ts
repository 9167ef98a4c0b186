import { Failure } from '../errors/failure.ts';
import { revisionName } from '../parsing/arn.ts';
import { bringsBack, isGoing, primaryOf, titleOf, type World } from './facts.ts';
import type { Past } from './history.ts';

/** A deployment is suspected for so long after it was done: most that fail under load do so within the first hour. */
const alarmWindowMinutes = 60;

/** An event that took longer than this is late, and its alarm may be over; one that flaps is looked at sooner. In ms. */
const lateMs = 5 * 60_000;

/** A reason to do nothing, if the rule finds one. `newest` is the newest deployment of all. */
type Rule = (world: World, newest: Past) => string | undefined;

const undoing: Rule = (world, { status }) =>
  status === 'ROLLBACK_REQUESTED' || status === 'ROLLBACK_IN_PROGRESS'
    ? `ECS is rolling ${titleOf(world)} back already.`
    : undefined;

const undone: Rule = (world, { status }) => {
  if (status === 'ROLLBACK_SUCCESSFUL')
    return `ECS has rolled ${titleOf(world)} back already: it is on ${revisionName(world.service.taskDefinition)}.`;
  return status === 'ROLLBACK_FAILED'
    ? `ECS has tried to roll ${titleOf(world)} back already, and failed: the service needs a person.`
    : undefined;
};

const notTheNewest: Rule = (world, { taskDefinition }) => {
  const { cause } = world;
  const primary = primaryOf(world);
  if (cause.kind !== 'failed deployment' || primary?.id === cause.deploymentId) return undefined;
  const newer = `deployment ${primary?.id ?? 'without an id'} of ${revisionName(primary?.taskDefinition ?? taskDefinition)}`;
  return bringsBack(world)
    ? `${titleOf(world)} is rolled back already, by ${newer}.`
    : `It is not the newest any more: ${newer} began after it.`;
};

const before: Rule = ({ cause }, { createdAt, taskDefinition }) =>
  cause.kind === 'alarm' && cause.at < createdAt
    ? `It was in ALARM before the newest deployment, of ${revisionName(taskDefinition)}, began at ${createdAt.toISOString()}.`
    : undefined;

const over: Rule = ({ cause, alarming, now }) =>
  cause.kind === 'alarm' && !alarming && now.getTime() - cause.at.getTime() > lateMs
    ? 'Its event came late, and it is not in ALARM any more.'
    : undefined;

const longAgo: Rule = (world, { finishedAt }) => {
  const { cause } = world;
  if (cause.kind !== 'alarm' || finishedAt === undefined || isGoing(world)) return undefined;
  if (cause.at.getTime() - finishedAt.getTime() <= alarmWindowMinutes * 60_000) return undefined;
  return `${titleOf(world)} had no deployment within the ${alarmWindowMinutes} minutes before; the last one ended at ${finishedAt.toISOString()}.`;
};

const caredFor: Rule = ({ caring }) =>
  caring === undefined ? undefined : `Our own workflow is taking care of the deployment already: ${caring}.`;

const declined: Rule = ({ declined: execution }) =>
  execution === undefined
    ? undefined
    : `Its release asked not to be rolled back (RollBackOnFailure is false): ${execution}.`;

const returning: Rule = (world, { taskDefinition }) =>
  isGoing(world) && bringsBack(world)
    ? `Deployment ${primaryOf(world)?.id} is bringing ${revisionName(taskDefinition)} back already, which ran well before.`
    : undefined;

const returned: Rule = (world, { taskDefinition, status }) => {
  if (isGoing(world) || !bringsBack(world)) return undefined;
  const name = revisionName(taskDefinition);
  return status === 'SUCCESSFUL'
    ? `${titleOf(world)} is rolled back already: ${name}, which it runs, ran well before, so what is wrong did not come with a revision. It needs a person.`
    : `The way back to ${name}, which ran well before, failed too: ${titleOf(world)} needs a person.`;
};

/** In this order. An event makes one step back at most, and only from what it is about; a person may go further. */
const forEvents = [undoing, undone, notTheNewest, before, over, longAgo, caredFor, declined, returning, returned];
const byHand = [undoing, returning];

/** Why nothing is to do; undefined where there is. Throws a ConfigurationError where a person named a service that is not there. */
export function ruledOut(world: World): string | undefined {
  const { cause, newest, service } = world;
  if (service.status !== 'ACTIVE') return unavailable(world);
  if (newest === undefined)
    return `ECS keeps no deployment history of ${titleOf(world)}, so it is not known what ran well.`;
  for (const rule of cause.kind === 'hand' ? byHand : forEvents) {
    const reason = rule(world, newest);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The service cannot be deployed to: what that means depends on who asks. */
export function unavailable(world: World): string {
  const sentence = `The service ${titleOf(world)} is ${world.service.status}, so nothing can be deployed to it.`;
  if (world.cause.kind === 'hand')
    throw new Failure(
      'ConfigurationError',
      `${sentence} Correct the target: {"target": "${titleOf(world)}"} names cluster ${world.target.cluster}, service ${world.target.service}.`,
    );
  return sentence;
}
