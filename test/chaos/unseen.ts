import { services } from './config.ts';
import type { ChaosPlan } from './plan.ts';
import type { PlanRun } from './plan-run.ts';
import type { RecordedCall } from './setup.ts';

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

/**
 * Whether somebody else deployed to the service after the state that the caller of an UpdateService saw last. Gantry cannot prevent that
 * (docs/guarantees.md).
 */
export const hasUnseenDeployment = ({ plan, others }: PlanRun, effect: RecordedCall): boolean =>
  (others.foreignAt.get(serviceOf(effect)) ?? []).some(
    (at) => at <= effect.at && at > (effect.seenAt ?? effect.at) - calculateStalenessMs(plan) - 1,
  );

const isWrite = ({ operation }: RecordedCall): boolean => operation === 'UpdateItem' || operation === 'PutItem';

const executionOf = ({ by }: RecordedCall): string | undefined => /"execution":"([^"]+)"/.exec(by?.payload ?? '')?.[1];

/** Whether the execution that made a call has taken a lease in this run. */
const hasTakenLease = ({ effects }: PlanRun, call: RecordedCall): boolean =>
  effects.some(
    (each) => isWrite(each) && each.by?.name.endsWith('-take-lease') && executionOf(each) === executionOf(call),
  );

/**
 * Whether another release updated the service after the state that the caller of an UpdateService saw last, and one of the two had no lease, because
 * the table had not answered. Then only the check of PRIMARY protects the service, and that check cannot see this update (docs/guarantees.md).
 */
export const hasUnseenReleaseWithoutLease = (run: PlanRun, effect: RecordedCall): boolean =>
  run.effects
    .filter(({ operation, by }) => operation === 'UpdateService' && by !== undefined)
    .filter((each) => serviceOf(each) === serviceOf(effect) && executionOf(each) !== executionOf(effect))
    .filter(({ at }) => at <= effect.at && at > (effect.seenAt ?? effect.at) - calculateStalenessMs(run.plan) - 1)
    .some((each) => !hasTakenLease(run, each) || !hasTakenLease(run, effect));
