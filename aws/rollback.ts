import type { ECSClient } from '@aws-sdk/client-ecs';
import { failureOf } from '../core/errors/aws-failure.ts';
import type { Target } from '../core/model/release.ts';
import type { Past } from '../core/rollback/history.ts';
import type { ServiceNow } from '../core/rollout/observation.ts';
import type { Described } from '../core/task-definition/raw.ts';
import { type AlarmState, describeAlarms } from './cloudwatch.ts';
import { describeService, ecsOf } from './ecs.ts';
import { serviceNow } from './ecs-deployments.ts';
import { historyOf } from './ecs-history.ts';
import { describeTaskDefinition } from './ecs-raw.ts';
import { assume } from './sts.ts';

/** What ECS and CloudWatch know of one service and its past. */
export interface Seen {
  target: Target;
  service: ServiceNow;
  newest?: Past | undefined;
  successes: Past[];
  revisions: ReadonlyMap<string, Described>;
  /** How the named alarms stand now; `denied` where the role may not read alarms. */
  alarms: AlarmState[] | 'denied';
}

/** What to look at: a service, a revision that was asked for by name, and alarms. */
export interface Sight {
  target: Target;
  revision?: string | undefined;
  alarms: string[];
}

/** Looks at all that a way back depends on, without touching anything. `execution`: on whose behalf. */
export async function lookBack(sight: Sight, execution: string, now: Date): Promise<Seen> {
  const { target } = sight;
  const client = await ecsOf(target, execution, now);
  const service = serviceNow(await describeService(client, target));
  if (service.status !== 'ACTIVE') return { target, service, successes: [], revisions: new Map(), alarms: [] };
  const { newest, successes } = await historyOf(client, target);
  const wanted = [newest, ...successes].flatMap((past) => past?.taskDefinition ?? []);
  const [revisions, alarms] = await Promise.all([
    revisionsOf(client, sight.revision === undefined ? wanted : [...wanted, sight.revision]),
    assume(target, execution, now)
      .then((credentials) => describeAlarms(target, credentials, sight.alarms))
      .catch(unlessDenied),
  ]);
  return { target, service, newest, successes, revisions, alarms };
}

/** A role that may not read alarms goes back all the same. */
const unlessDenied = (error: unknown): 'denied' => {
  if (failureOf(error, 'reading alarms').name === 'PermissionError') return 'denied';
  throw error;
};

/** The revisions by their ARN, those that ECS still knows. */
async function revisionsOf(client: ECSClient, names: string[]): Promise<Map<string, Described>> {
  const found = await Promise.all([...new Set(names)].map((name) => describeTaskDefinition(client, name)));
  return new Map(
    found.flatMap((one) => (one === undefined ? [] : [[String(one.taskDefinition.taskDefinitionArn), one] as const])),
  );
}
