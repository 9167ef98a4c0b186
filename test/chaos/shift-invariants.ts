import { services } from './config.ts';
import { checkEach } from './counts.ts';
import { functionOf, isOf } from './effects.ts';
import { listEndEntries } from './ledger-invariants.ts';
import type { PlanRun } from './plan-run.ts';
import { isHealthy, rollbacksOf } from './rollback-invariants.ts';
import { type RecordedCall, readChaosHistory } from './setup.ts';
import { serviceOf } from './unseen.ts';

type History = ReturnType<typeof readChaosHistory>[number];

const shortName = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** Before a release succeeds, ECS has completed a deployment of its revision. No old revision has traffic any more. */
export function successesAreTrue(run: PlanRun): string[] {
  const successes = listEndEntries(run).filter(
    ({ kind, result, after }) => kind === 'deploy' && result === 'Succeeded' && after,
  );
  return checkEach(run, 'successes that ECS confirms', successes, ({ index, after = '', end, execution }) => {
    const done = readChaosHistory(run.stage, index).filter(
      (each) => each.taskDefinition === after && each.status === 'SUCCESSFUL',
    );
    if (!done.some(({ finishedAt }) => Number(finishedAt) <= end))
      return `${execution} succeeded, but ECS had not completed ${shortName(after)}`;
    return done.every(({ shift }) => shift === undefined || shift.reached === 100)
      ? undefined
      : `${execution} succeeded, but the old revision still had traffic`;
  });
}

/** The text in a message about a deployment that ECS has rolled back, by the short name of its revision. */
const rolledBackPattern = /of ([\w-]+:\d+) failed and ECS has rolled it back/g;

/** If a message says that ECS has rolled a deployment back, ECS has done so. */
export function ecsDecides(run: PlanRun): string[] {
  const told = listEndEntries(run).flatMap(({ index, reason, execution }) =>
    [...reason.matchAll(rolledBackPattern)].map(([, name]) => ({ index, execution, name })),
  );
  return checkEach(run, "messages about ECS's own rollback", told, ({ index, name, execution }) =>
    readChaosHistory(run.stage, index).some(
      (each) => shortName(each.taskDefinition) === name && each.rollbackStartedAt !== undefined,
    )
      ? undefined
      : `${execution} says that ECS rolled back ${name}, but it did not`,
  );
}

/** The greatest age of an answer on which Gantry bases a decision, in ms: the duration of one check, and the greatest age of the state in an answer. */
const decisionMs = 30_000;

/** The time in which a deployment waited for a person, in ms, without the beginning of the wait. Any check in this time shows the pause. */
interface Pause {
  index: number;
  taskDefinition: string;
  from: number;
  until: number;
}

/** The time at which the wait for an answer ended: the time of the answer, or the end of the deployment. */
const findPauseEnd = ({ rollbackStartedAt, finishedAt }: History, answeredAt: Date | undefined): number =>
  (answeredAt ?? rollbackStartedAt ?? finishedAt)?.getTime() ?? Number.POSITIVE_INFINITY;

const listPauses = (run: PlanRun): Pause[] =>
  services.flatMap((_, index) =>
    readChaosHistory(run.stage, index).flatMap((one) =>
      (one.shift?.hooks ?? [])
        .filter(({ type }) => type === 'PAUSE')
        .map(({ startedAt, finishedAt }) => ({
          index,
          taskDefinition: one.taskDefinition,
          from: startedAt.getTime() + decisionMs,
          until: findPauseEnd(one, finishedAt),
        })),
    ),
  );

const hasReason = ({ others, plan }: PlanRun, index: number, at: number): boolean =>
  [others.alarmedAt, others.askedAt].some((times) => (times.get(index) ?? []).some((time) => time <= at)) ||
  plan.services[index]!.breaker !== 'none';

/** Gantry rolls back no release that waits for a person, unless the release's tasks can fail, an alarm goes off, or a person asks for the rollback. */
export function pausedStays(run: PlanRun): string[] {
  return checkEach(run, 'pauses without a rollback', listPauses(run), ({ index, taskDefinition, from, until }) => {
    const during = rollbacksOf(run).find(
      (effect) =>
        serviceOf(effect) === index && effect.at > from && effect.at < until && !hasReason(run, index, effect.at),
    );
    return during && isHealthy(run, taskDefinition)
      ? `${during.operation} rolled back ${shortName(taskDefinition)}, which waited for a person`
      : undefined;
  });
}

/** The messages of a release that exceeded its own time limit or its job's limit (23.5 hours, which no run takes). */
const latePattern = /was not stable at its deadline|still waits/;

/** The time limit of a release does not run while the release waits for a person. So no release fails as late during the wait. */
export const pausedIsNotLate = (run: PlanRun): string[] =>
  checkEach(run, 'pauses that are not late', listPauses(run), ({ taskDefinition, from, until }) => {
    const late = listEndEntries(run).find(
      ({ after, end, reason }) => after === taskDefinition && end > from && end < until && latePattern.test(reason),
    );
    return late && `${late.execution} was late while it waited for a person: ${late.reason}`;
  });

/** No job gets the result that its deployment still waits. That result needs a wait of many hours, and no run takes that long. */
export const jobsWaitForPersons = (run: PlanRun): string[] =>
  checkEach(
    run,
    'jobs that wait for a person',
    run.effects.filter((effect) => /^PutJob/.test(effect.operation)),
    (effect) =>
      functionOf(effect) === 'report-pause' ? 'a job failed because its deployment waits for a person' : undefined,
  );

/** Every revision that a rollback restores had worked before. It was the service's first revision, or ECS had completed a deployment of it. */
export function restoredHadWorked(run: PlanRun): string[] {
  const { before, definitions, effects } = run;
  const restores = effects.filter((effect) => isOf(effect, 'UpdateService') && functionOf(effect) === 'roll-back');
  return checkEach(run, 'revisions that a rollback restores', restores, (effect) => {
    const index = serviceOf(effect);
    const target: string = effect.input.taskDefinition;
    const history = readChaosHistory(run.stage, index);
    const worked = history.filter(
      ({ status, finishedAt }) => status === 'SUCCESSFUL' && Number(finishedAt) <= effect.at,
    );
    const good = [before[index]!.taskDefinition, ...worked.map(({ taskDefinition }) => taskDefinition)];
    const isCopy = effects.some(
      (each) =>
        isOf(each, 'RegisterTaskDefinition') &&
        functionOf(each) === 'roll-back' &&
        each.answer.taskDefinition.taskDefinitionArn === target,
    );
    const same = good.some((arn) => haveSameImages(definitions, arn, target));
    return good.includes(target) || (isCopy && same)
      ? undefined
      : `${services[index]!.target}: a rollback restored ${shortName(target)}, which had not worked`;
  });
}

const haveSameImages = (definitions: PlanRun['definitions'], one: string, other: string): boolean => {
  const images = (arn: string) =>
    definitions
      .get(arn)
      ?.containerDefinitions.map(({ image }) => image)
      .join();
  return images(one) !== undefined && images(one) === images(other);
};

/** If ECS completed no deployment of a revision, the ledger has no success for that revision, even if the revision had all traffic. */
export function partialTrafficProvesNothing(run: PlanRun): string[] {
  const partial = services.flatMap((_, index) => {
    const history = readChaosHistory(run.stage, index);
    const worked = history.filter(({ status }) => status === 'SUCCESSFUL').map(({ taskDefinition }) => taskDefinition);
    return history.filter(({ shift, taskDefinition }) => (shift?.reached ?? 0) > 0 && !worked.includes(taskDefinition));
  });
  return checkEach(run, 'failed revisions that had traffic', partial, ({ taskDefinition }) =>
    listEndEntries(run).some(({ after, result }) => after === taskDefinition && result === 'Succeeded')
      ? `${shortName(taskDefinition)} counts as known good, although its deployment failed`
      : undefined,
  );
}

/** A release deploys exactly the images of its request, by digest, in each of its revisions. */
export const digestsStay = (
  run: PlanRun,
  updates: { effect: RecordedCall; container: string; pinned: string }[],
): string[] =>
  checkEach(run, 'digests', updates, ({ effect, container, pinned }) => {
    const found = run.definitions
      .get(effect.input.taskDefinition)
      ?.containerDefinitions.find(({ name }) => name === container);
    return found === undefined || found.image === pinned
      ? undefined
      : `${container} runs ${found.image} instead of ${pinned}`;
  });
