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
