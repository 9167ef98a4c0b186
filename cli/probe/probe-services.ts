import { type Findings, type ProbeFinding, toAnswered, toNotObserved, toUnlisted } from './finding.ts';
import { defineProbe } from './probe.ts';
import { readServices, type SeenService } from './read-services.ts';

interface SeenServices {
  services: SeenService[];
}

const isRolling = ({
  deploymentController,
  deploymentConfiguration: { strategy = 'ROLLING' } = {},
}: SeenService): boolean => deploymentController.type === 'ECS' && strategy === 'ROLLING';

/** A service behind a Classic Load Balancer has no rollout state by documentation, so it shows nothing. */
const hasClassicBalancer = ({ loadBalancers }: SeenService): boolean =>
  loadBalancers.some(({ loadBalancerName }) => loadBalancerName !== undefined);

function judgeRolloutState(services: SeenService[]): ProbeFinding {
  const all = services.filter((one) => isRolling(one) && !hasClassicBalancer(one)).flatMap((one) => one.deployments);
  if (all.length === 0) return toNotObserved('no service with rolling updates');
  const without = all.filter(({ rolloutState }) => rolloutState === undefined).length;
  return toAnswered(without === 0 ? 'present' : 'absent', { deployments: all.length, without });
}

/** botocore ecs Deployment.status ("PRIMARY, ACTIVE, INACTIVE") and ServiceDeploymentStatus. */
const deploymentStatuses = ['PRIMARY', 'ACTIVE', 'INACTIVE'];
const historyStatuses = [
  'PENDING',
  'SUCCESSFUL',
  'STOPPED',
  'STOP_REQUESTED',
  'IN_PROGRESS',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

function judgeStatuses(services: SeenService[]): ProbeFinding {
  const deployments = services.flatMap((one) => one.deployments.map(({ status }) => status));
  const history = services.flatMap((one) => one.history.map(({ status }) => status));
  const others = [
    ...deployments.filter((status) => !deploymentStatuses.includes(status)),
    ...history.filter((status) => !historyStatuses.includes(status)),
  ];
  const count = deployments.length + history.length;
  if (count === 0) return toNotObserved('no service');
  if (others.length === 0) return toAnswered('documented', { statuses: count });
  return toAnswered('others', { statuses: count, others: [...new Set(others)].sort().join(' ') });
}

/** The order of every two adjacent items that were created at different times. */
const adjacentOrders = (items: { createdAt: Date }[]): string[] =>
  items.slice(1).flatMap(({ createdAt }, place) => {
    const difference = createdAt.getTime() - (items[place]?.createdAt.getTime() ?? 0);
    return difference === 0 ? [] : [difference < 0 ? 'newest-first' : 'oldest-first'];
  });

function judgeListOrder(services: SeenService[]): ProbeFinding {
  const orders = services.flatMap(({ deployments, events, history }) =>
    [deployments, events, history].flatMap(adjacentOrders),
  );
  return judgeEqual(orders, 'pairs', 'no list with two items');
}

const lastNumber = (text: string): string => text.split('/').at(-1) ?? '';

/** The newest deployment, as the service and as the history shows it. */
const findNewest = ({ deployments, history }: SeenService) => ({
  primary: deployments.find(({ status }) => status === 'PRIMARY'),
  newest: history.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0],
});

/** Compares the two times of the newest deployment, if it succeeded and PRIMARY has the number of its revision. */
function findHistoryTime(service: SeenService): string[] {
  const { primary, newest } = findNewest(service);
  if (primary === undefined || newest?.status !== 'SUCCESSFUL') return [];
  if (lastNumber(newest.targetServiceRevisionArn ?? '') !== lastNumber(primary.id)) return [];
  const later = newest.createdAt.getTime() - primary.createdAt.getTime();
  if (Math.abs(later) < 1000) return ['same'];
  return [later < 0 ? 'history-earlier' : 'history-later'];
}

/**
 * Returns `reused` if the id of the PRIMARY deployment ends with the same number as the ARN of the service revision that ECS rolled back to, and `new` if
 * not. Returns nothing if the last deployment was not rolled back.
 */
function findRollbackId(service: SeenService): string[] {
  const { primary, newest } = findNewest(service);
  const revision = newest?.status === 'ROLLBACK_SUCCESSFUL' ? newest.rollback?.serviceRevisionArn : undefined;
  if (revision === undefined || primary === undefined) return [];
  return [lastNumber(primary.id) === lastNumber(revision) ? 'reused' : 'new'];
}

/** The answer that all services show. `counted`: the name of what was compared; `none`: what was missing. */
function judgeEqual(found: string[], counted: string, none: string): ProbeFinding {
  const [only, ...more] = new Set(found);
  if (only === undefined) return toNotObserved(none);
  return more.length === 0
    ? toAnswered(only, { [counted]: found.length })
    : toUnlisted({ [counted]: found.length, mixed: true });
}

function judgeNativeDeployments(services: SeenService[]): ProbeFinding {
  const native = services.filter(
    ({ deploymentConfiguration, history }) =>
      (deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING' &&
      history.some(({ status }) => status === 'IN_PROGRESS'),
  );
  const counts = new Set(native.map(({ deployments }) => deployments.length));
  const [count, ...more] = counts;
  if (count === undefined) return toNotObserved('no blue/green, linear or canary deployment in progress');
  const name = new Map([
    [1, 'one'],
    [2, 'two'],
  ]).get(count);
  return name === undefined || more.length > 0
    ? toUnlisted({ deployments: count })
    : toAnswered(name, { services: native.length });
}

/** Judges what the services of the Region show. */
export function judgeServices({ services }: Partial<SeenServices>): Findings {
  if (services === undefined) return {};
  return {
    'rollout-state': judgeRolloutState(services),
    'status-values': judgeStatuses(services),
    'list-order': judgeListOrder(services),
    'rollback-id': judgeEqual(
      services.flatMap(findRollbackId),
      'rollbacks',
      'no service whose last deployment was rolled back',
    ),
    'history-times': judgeEqual(
      services.flatMap(findHistoryTime),
      'deployments',
      'no service whose last deployment succeeded',
    ),
    'native-deployments': judgeNativeDeployments(services),
  };
}

export const servicesProbe = defineProbe<SeenServices>({
  settles: ['rollout-state', 'status-values', 'list-order', 'rollback-id', 'history-times', 'native-deployments'],
  needs: [],
  async observe(context, seen) {
    seen.services = await readServices(context);
  },
  judge: judgeServices,
});
