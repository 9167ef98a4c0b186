import type { PlannedCommand } from '../core/model/command-progress.ts';
import { planCommand } from '../core/release-tasks/command.ts';
import { assertCommandAllowed, getRunningRevision } from '../core/release-tasks/running-revision.ts';
import type { CommandRequest } from '../core/request/command.ts';
import { createTargetEcsClient, describeService } from './ecs.ts';
import { describeRequestedTaskDefinition } from './ecs-task-definitions.ts';

/** The execution that runs a command, and the families that the configuration allows. */
interface CommandContext {
  execution: string;
  families: string[];
  /** Whether the events of the target reach Gantry. */
  woken: boolean;
  now: Date;
}

/** Chooses the revision on which a command runs, without changing anything. Throws a ConfigurationError if the command cannot run on it. */
export async function planCommandOnRunningRevision(
  request: CommandRequest,
  { execution, families, woken, now }: CommandContext,
): Promise<PlannedCommand> {
  const { target } = request;
  const client = await createTargetEcsClient(target, { execution, access: 'plan command' }, now);
  const running = getRunningRevision(await describeService(client, target), target);
  const described = await describeRequestedTaskDefinition(client, running.taskDefinition);
  const containers = described?.taskDefinition.containerDefinitions.map(({ name }) => name) ?? [];
  assertCommandAllowed(request, running.taskDefinition, { containers, families });
  return planCommand(request, running, { woken, now });
}
