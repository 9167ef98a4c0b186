import type { ECSClient } from '@aws-sdk/client-ecs';
import { toFailure } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { PastDeployment } from '../core/rollback/deployment-history.ts';
import type { ObservedService } from '../core/rollout/observation.ts';
import type { DescribedTaskDefinition } from '../core/task-definition/raw.ts';
import { type AlarmState, describeAlarms } from './cloudwatch.ts';
import { describeService, ecsClientFor } from './ecs.ts';
import { toObservedService } from './ecs-deployments.ts';
import { readDeploymentHistory } from './ecs-history.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { assumeTargetRole } from './sts.ts';

/** What ECS and CloudWatch know of one service and its past. */
export interface ServiceHistory {
  target: Target;
  service: ObservedService;
  newest?: PastDeployment | undefined;
  successes: PastDeployment[];
  revisions: ReadonlyMap<string, DescribedTaskDefinition>;
  /** How the named alarms stand now; `denied` where the role may not read alarms. */
  alarms: AlarmState[] | 'denied';
}

/** What to look at: a service, a revision that was asked for by name, and alarms. */
export interface ServiceHistoryQuery {
  target: Target;
  revision?: string | undefined;
  alarms: string[];
}

/** Looks at all that a way back depends on, without touching anything. `execution`: on whose behalf. */
export async function readServiceHistory(
  sight: ServiceHistoryQuery,
  execution: string,
  now: Date,
): Promise<ServiceHistory> {
  const { target } = sight;
  const client = await ecsClientFor(target, execution, now);
  const service = toObservedService(await describeService(client, target));
  if (service.status !== 'ACTIVE') return { target, service, successes: [], revisions: new Map(), alarms: [] };
  const { newest, successes } = await readDeploymentHistory(client, target);
  const wanted = [newest, ...successes].flatMap((past) => past?.taskDefinition ?? []);
  const [revisions, alarms] = await Promise.all([
    describeRevisions(client, sight.revision === undefined ? wanted : [...wanted, sight.revision]),
    assumeTargetRole(target, execution, now)
      .then((credentials) => describeAlarms(target, credentials, sight.alarms))
      .catch(returnDenied),
  ]);
  return { target, service, newest, successes, revisions, alarms };
}

/** A role that may not read alarms goes back all the same. */
const returnDenied = (error: unknown): 'denied' => {
  if (toFailure(error, 'reading alarms').name === 'PermissionError') return 'denied';
  throw error;
};

/** The revisions by their ARN, those that ECS still knows. */
async function describeRevisions(client: ECSClient, names: string[]): Promise<Map<string, DescribedTaskDefinition>> {
  const found = await Promise.all([...new Set(names)].map((name) => describeTaskDefinition(client, name)));
  return new Map(
    found.flatMap((one) => (one === undefined ? [] : [[String(one.taskDefinition.taskDefinitionArn), one] as const])),
  );
}
