import { type ReleaseTasks, taskPhases } from '../model/release-task.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { type DescribedTaskDefinition, taskDefinitionArnOf } from '../task-definition/raw.ts';

/** Returns a sentence for each task of a release whose container the revision does not have. */
export function findMissingTaskContainers(tasks: ReleaseTasks | undefined, base: DescribedTaskDefinition): string[] {
  const containers = base.taskDefinition.containerDefinitions.map(({ name }) => name);
  return taskPhases.flatMap((phase) =>
    (tasks?.[phase] ?? [])
      .filter(({ container }) => !containers.includes(container))
      .map(
        ({ name, container }) =>
          `The task ${name} in ${phase} names the container ${container}, which ${describe(base)} does not have; it has ${containers.join(', ')}. Correct container in gantry.config.ts.`,
      ),
  );
}

/** A file of an artifact has no ARN yet. */
const describe = (base: DescribedTaskDefinition): string => {
  const arn = taskDefinitionArnOf(base);
  return arn ? parseRevisionName(arn) : 'the task definition file';
};
