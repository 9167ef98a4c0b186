import { Failure } from '../core/errors/failure.ts';
import type { MatchedService } from '../core/request/shared-list.ts';
import { familyOfRevision } from '../core/task-definition/raw.ts';
import { createTargetEcsClient, describeService } from './ecs.ts';
import { describeRequestedTaskDefinition } from './ecs-task-definitions.ts';

/** The execution that reads, and the time. */
export interface ReadingExecution {
  execution: string;
  now: Date;
}

/**
 * Returns the names of the containers of a service that only a pattern allows, from its task definition. Undefined if the service does not exist, or the
 * target's role cannot read it. The action that deploys that service reports the reason.
 */
export const readMatchedContainers = (service: MatchedService, by: ReadingExecution): Promise<string[] | undefined> =>
  readContainers(service, by).catch((error: unknown) => {
    if (error instanceof Failure && error.name !== 'SystemUnavailable') return undefined;
    throw error;
  });

async function readContainers({ target, latest }: MatchedService, { execution, now }: ReadingExecution) {
  const client = await createTargetEcsClient(target, { execution, access: 'check target' }, now);
  const service = await describeService(client, target);
  if (typeof service === 'string' || service.taskDefinition === undefined) return undefined;
  const revision = latest ? familyOfRevision(service.taskDefinition) : service.taskDefinition;
  const found = await describeRequestedTaskDefinition(client, revision);
  return found?.taskDefinition.containerDefinitions.map(({ name }) => name);
}
