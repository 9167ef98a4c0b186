import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { targetsForEventOrigin } from '../config/event-targets.ts';
import { findConfiguredService } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import { parseResourceName } from '../parsing/arn.ts';
import { tryParseStartedBy } from './record.ts';

/** The end of a task that Gantry started. `id`: the id of the task's record. `targets`: the services to which the task can belong. */
export interface TaskEvent {
  id: string;
  targets: Target[];
}

/** docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html. The group of a task of RunTask is its family (botocore ecs, RunTask). */
const taskEventSchema = z.object({
  source: z.literal('aws.ecs'),
  account: z.string(),
  region: z.string(),
  'detail-type': z.literal('ECS Task State Change'),
  detail: z.object({ clusterArn: z.string(), group: z.string(), startedBy: z.string(), lastStatus: z.string() }),
});

/**
 * Returns the task that an event is about; undefined for any other event. Several services can use one family, and only one of them has the record of the
 * task.
 */
export function tryParseTaskEvent(event: unknown, config: Config, stage: string): TaskEvent | undefined {
  const given = taskEventSchema.safeParse(event).data;
  const id = given && tryParseStartedBy(given.detail.startedBy);
  if (given === undefined || id === undefined) return undefined;
  const cluster = parseResourceName(given.detail.clusterArn);
  const family = given.detail.group.replace(/^family:/, '');
  const isOfFamily = ({ name }: Target): boolean =>
    findConfiguredService(config, name, stage)?.service.families.includes(family) ?? false;
  const targets = targetsForEventOrigin(config, stage, given).filter(
    (target) => target.cluster === cluster && isOfFamily(target),
  );
  return { id, targets };
}
