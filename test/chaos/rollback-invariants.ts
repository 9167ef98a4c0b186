import { alarmsOf } from './alarms.ts';
import { services } from './config.ts';
import { checkEach } from './counts.ts';
import type { PlanRun } from './plan-run.ts';
import { type RecordedCall, readChaosHistory } from './setup.ts';
import { hasUnseenDeployment, serviceOf } from './unseen.ts';

const changes = ['UpdateService', 'StopServiceDeployment', 'RegisterTaskDefinition'];

const isChangeFor = (words: string) => (effect: RecordedCall) =>
  changes.includes(effect.operation) && effect.by?.payload.includes(words) === true;

/** An alarm that neither the configuration nor a service names causes no change of a service, and no event causes a change of somebody else's deployment. */
export function unasked(run: PlanRun): string[] {
  const { effects, others, plan } = run;
  const named = services.flatMap((_, index) => alarmsOf(plan, index)).map((name) => `"alarmName":"${name}"`);
  const byAlarm = effects.filter(isChangeFor('CloudWatch Alarm State Change'));
  const byEvent = effects.filter(isChangeFor('SERVICE_DEPLOYMENT_FAILED'));
  const foreign = [...others.foreign.values()].flat();
  return [
    ...checkEach(run, 'changes after an alarm', byAlarm, ({ operation, by }) =>
      named.some((name) => by?.payload.includes(name))
        ? undefined
        : `an alarm that nobody configured led to ${operation}`,
    ),
    ...checkEach(run, 'changes after a failure event', byEvent, ({ operation, before }) =>
      foreign.includes(before?.taskDefinition ?? '')
        ? `the event of somebody else's deployment led to ${operation}`
        : undefined,
    ),
  ];
}

/** The changes of services by which Gantry rolls back. */
export const rollbacksOf = ({ effects, stage }: PlanRun): RecordedCall[] =>
  effects.filter(
    ({ operation, by }) =>
      (operation === 'UpdateService' || operation === 'StopServiceDeployment') &&
      (by?.name.endsWith('-roll-back') || by?.payload.includes(`:${stage.system.rollbackMachine.name}:`)),
  );

/** The longest time until every answer of ECS shows that a deployment was successful, in ms. */
const longestDelayMs = 15_000;

const isBefore = (times: number[] | undefined, { at }: RecordedCall): boolean =>
  (times ?? []).some((time) => time <= at);

/** Whether every image of a revision works. */
export function isHealthy({ definitions, images, others }: PlanRun, taskDefinition: string): boolean {
  const { healthy, slow, ...broken } = images;
  const bad = Object.values(broken).map(({ pinned }) => pinned);
  const used = definitions.get(taskDefinition)?.containerDefinitions.map(({ image }) => image) ?? bad;
  return !others.broken.has(taskDefinition) && !used.some((image) => bad.includes(image));
}

/**
 * Whether ECS's answers before a call showed that the changed deployment was complete. The history does not list ECS's own rollbacks. If it does not list the
 * changed deployment, any successful deployment of its revision counts.
 */
function isShownComplete({ stage }: PlanRun, { before, seenAt, at }: RecordedCall, index: number): boolean {
  const shownAt = (seenAt ?? at) - longestDelayMs;
  const ofRevision = readChaosHistory(stage, index).filter((one) => one.taskDefinition === before?.taskDefinition);
  const own = ofRevision.filter(({ createdAt }) => createdAt.getTime() === before?.createdAt?.getTime());
  return (own.length > 0 ? own : ofRevision).some(
    ({ status, finishedAt }) => status === 'SUCCESSFUL' && Number(finishedAt) <= shownAt,
  );
}

/**
 * A failed post-deploy task makes its revision bad (docs/tasks.md). A slow image does not start within the time limit of its task, and ECS runs no task of a
 * revision that somebody deregistered.
 */
const mayPostDeployTaskFail = ({ plan: { tasks }, others, definitions, images }: PlanRun, revision: string): boolean =>
  tasks !== undefined &&
  (others.deregistered.has(revision) ||
    (tasks.smoke !== 'succeed' && tasks.smoke !== 'run long') ||
    definitions.get(revision)?.containerDefinitions.some(({ image }) => image === images.slow.pinned) === true);

/**
 * No rollback changes a healthy release that ECS completed, unless an alarm concerns the service, a person asked for the rollback, or a post-deploy task
 * failed.
 */
export const healthyStays = (run: PlanRun): string[] =>
  checkEach(run, 'rollbacks of releases that ECS completed', listRollbacksOfCompleted(run), (effect) => {
    const index = serviceOf(effect);
    const { taskDefinition = '' } = effect.before ?? {};
    const isAsked =
      isBefore(run.others.alarmedAt.get(index), effect) ||
      isBefore(run.others.askedAt.get(index), effect) ||
      mayPostDeployTaskFail(run, taskDefinition);
    return isHealthy(run, taskDefinition) && !isAsked
      ? `${effect.operation} rolled back the healthy ${taskDefinition} without a reason`
      : undefined;
  });

const listRollbacksOfCompleted = (run: PlanRun): RecordedCall[] =>
  rollbacksOf(run).filter((effect) => isShownComplete(run, effect, serviceOf(effect)));

/** No rollback replaces a deployment of somebody else, unless a person asks for it. */
export const foreignStays = (run: PlanRun): string[] =>
  checkEach(run, 'rollbacks beside deployments of somebody else', listRollbacksBesideOthers(run), (effect) => {
    const index = serviceOf(effect);
    const foreign = run.others.foreign.get(index) ?? [];
    return foreign.includes(effect.before?.taskDefinition ?? '') &&
      !hasUnseenDeployment(run, effect) &&
      !isBefore(run.others.askedAt.get(index), effect)
      ? `${effect.operation} rolled back ${effect.before?.taskDefinition}, which somebody else deployed`
      : undefined;
  });

const listRollbacksBesideOthers = (run: PlanRun): RecordedCall[] =>
  rollbacksOf(run).filter((effect) => run.others.foreign.has(serviceOf(effect)));
