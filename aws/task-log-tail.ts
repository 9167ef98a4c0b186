import type { LogTail } from '../core/model/log-tail.ts';
import type { Target } from '../core/model/release.ts';
import { findLogStream } from '../core/rollout/log-stream.ts';
import { createLogTail } from '../core/rollout/log-tail.ts';
import { createTargetEcsClient } from './ecs.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { readLastLogMessages } from './logs.ts';
import { assumeTargetRole } from './sts.ts';

/** Returns the end of the log of one container of a task. Undefined if it cannot be read, for any reason. */
export async function readTaskLogTail(
  target: Target,
  { task, container, revision }: { task: string; container: string; revision: string },
  { execution, now }: { execution: string; now: Date },
): Promise<LogTail | undefined> {
  const session = { execution, access: 'watch task' as const };
  try {
    const described = await describeTaskDefinition(await createTargetEcsClient(target, session, now), revision);
    const definitions = described?.taskDefinition.containerDefinitions ?? [];
    const id = task.split('/').at(-1) ?? '';
    const stream = findLogStream(definitions, { container, task: id, cluster: target.cluster });
    if (stream === undefined) return undefined;
    const credentials = await assumeTargetRole(target, session, now);
    return createLogTail(stream, await readLastLogMessages(stream, stream.region ?? target.region, credentials));
  } catch {
    return undefined;
  }
}
