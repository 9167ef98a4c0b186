import { services } from './config.ts';
import type { ChaosPlan } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import { type RecordedCall, readChaosHistory } from './setup.ts';

/** Returns the index of the service that a call names. */
export const serviceOf = ({ account, input }: Pick<RecordedCall, 'account' | 'input'>): number =>
  services.findIndex(
    (each) =>
      each.account === account && (input.serviceDeploymentArn?.split('/').at(-2) ?? input.service)?.endsWith(each.name),
  );

/** How old the state in an answer of DescribeServices can be in a run, in ms. */
const calculateStalenessMs = ({ answers = [] }: ChaosPlan): number =>
  answers.some(({ id, answer }) => id === 'service-stale' || (id === 'event-timing' && answer === 'before'))
    ? 5_000
    : 0;

/** Whether a change of the service is newer than the last state that the caller of an UpdateService saw. `changedAt`: in ms. */
const isUnseen = ({ plan }: PlanRun, { at, seenAt = at }: RecordedCall, changedAt: number): boolean =>
  changedAt <= at && changedAt > seenAt - calculateStalenessMs(plan) - 1;

/**
 * Whether somebody else deployed to the service after the last state that the caller of an UpdateService saw. Gantry cannot prevent such a conflict
 * (docs/guarantees.md).
 */
export const hasUnseenDeployment = (run: PlanRun, effect: RecordedCall): boolean =>
  (run.others.foreignAt.get(serviceOf(effect)) ?? []).some((at) => isUnseen(run, effect, at));

/** Whether Gantry asked ECS to stop a deployment. */
const hasAskedToStop = ({ effects }: PlanRun, arn: string): boolean =>
  effects.some(
    ({ operation, input, by }) =>
      operation === 'StopServiceDeployment' && by !== undefined && input.serviceDeploymentArn === arn,
  );

/**
 * Whether ECS itself, by its circuit breaker or an alarm, rolled the service back after the last state that the caller of an UpdateService saw. Gantry cannot
 * prevent such a conflict (docs/guarantees.md). A rollback that Gantry asked for does not count, because the next release then waits for the lease.
 */
export function hasUnseenRollback(run: PlanRun, effect: RecordedCall): boolean {
  const began = effect.before?.createdAt;
  if (began === undefined || !isUnseen(run, effect, began.getTime())) return false;
  // ECS's own rollback adds no entry to the history. So PRIMARY belongs to the entry that was the newest when PRIMARY began.
  const entry = readChaosHistory(run.stage, serviceOf(effect)).find(({ createdAt }) => createdAt <= began);
  const { rollbackStartedAt } = entry ?? {};
  return (
    entry !== undefined &&
    rollbackStartedAt !== undefined &&
    rollbackStartedAt <= began &&
    !hasAskedToStop(run, entry.arn)
  );
}

const isWrite = ({ operation }: RecordedCall): boolean => operation === 'UpdateItem' || operation === 'PutItem';

const executionOf = ({ by }: RecordedCall): string | undefined => /"execution":"([^"]+)"/.exec(by?.payload ?? '')?.[1];

/** Whether the execution that made a call has taken a lease in this run. */
const hasTakenLease = ({ effects }: PlanRun, call: RecordedCall): boolean =>
  effects.some(
    (each) => isWrite(each) && each.by?.name.endsWith('-take-lease') && executionOf(each) === executionOf(call),
  );

/**
 * Whether another release updated the service after the last state that the caller of an UpdateService saw, and one of the two releases had no lease, because
 * the table had not answered. Only the check of PRIMARY protects the service then, and that check cannot see this update (docs/guarantees.md).
 */
export const hasUnseenReleaseWithoutLease = (run: PlanRun, effect: RecordedCall): boolean =>
  run.effects
    .filter(({ operation, by }) => operation === 'UpdateService' && by !== undefined)
    .filter((each) => serviceOf(each) === serviceOf(effect) && executionOf(each) !== executionOf(effect))
    .filter(({ at }) => isUnseen(run, effect, at))
    .some((each) => !hasTakenLease(run, each) || !hasTakenLease(run, effect));
