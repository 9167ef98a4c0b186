import { createLogTail, findLogStreamOfFailedContainer } from '../core/rollout/log-tail.ts';
import type { RolloutObservation } from '../core/rollout/observation.ts';
import { createTargetEcsClient } from './ecs.ts';
import { describeTaskDefinition } from './ecs-task-definitions.ts';
import { readLastLogMessages } from './logs.ts';
import type { RolloutQuery } from './rollout-observation.ts';
import { assumeTargetRole } from './sts.ts';

/** Adds the end of the log of the container that failed last. If that log cannot be read, for any reason, returns the observation unchanged. */
export async function addLogTail(
  { session, now, release: { target }, rollout }: RolloutQuery,
  observation: RolloutObservation,
): Promise<RolloutObservation> {
  if (observation.stoppedTasks.length === 0) return observation;
  try {
    const client = await createTargetEcsClient(target, session, now);
    const described = await describeTaskDefinition(client, rollout.taskDefinition);
    const definitions = described?.taskDefinition.containerDefinitions ?? [];
    const stream = findLogStreamOfFailedContainer(observation.stoppedTasks, { definitions, cluster: target.cluster });
    if (stream === undefined) return observation;
    const credentials = await assumeTargetRole(target, session, now);
    const messages = await readLastLogMessages(stream, stream.region ?? target.region, credentials);
    return { ...observation, log: createLogTail(stream, messages) };
  } catch {
    return observation;
  }
}
