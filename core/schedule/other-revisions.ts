import type { ScheduleSource } from '../model/scheduled-task.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { familyOfRevision, parseRevisionNumber } from '../task-definition/raw.ts';

/** Something that runs tasks of a family: a schedule, a rule, a state machine, or running tasks. */
export interface TaskFamilyUser {
  /** The name in messages: `schedule default/nightly`. */
  name: string;
  /** A revision or a family, by name or by ARN. */
  taskDefinition: string;
}

/** Returns the name of a schedule, or of one target of a rule, in the list of the users of a family. */
export const nameScheduleSource = (source: ScheduleSource): string =>
  source.type === 'schedule'
    ? `schedule ${source.group}/${source.name}`
    : `rule ${source.name} (target ${source.target})`;

/**
 * A user of the family that runs another revision than the service. `revision`: the revision's name. A name without a number means the newest ACTIVE
 * revision.
 */
export interface UserOfOtherRevision {
  name: string;
  revision: string;
}

/** Returns each user of the service's family that runs another revision than the service, without duplicates. */
export function findUsersOfOtherRevisions(users: TaskFamilyUser[], serviceRevision: string): UserOfOtherRevision[] {
  const family = familyOfRevision(serviceRevision);
  const others = users.filter(
    ({ taskDefinition }) =>
      familyOfRevision(taskDefinition) === family &&
      parseRevisionNumber(taskDefinition) !== parseRevisionNumber(serviceRevision),
  );
  const named = others.map(({ name, taskDefinition }) => ({ name, revision: parseRevisionName(taskDefinition) }));
  return [...new Map(named.map((one) => [`${one.name} ${one.revision}`, one])).values()];
}

/** Says which user of the family runs which revision; `serviceRevision`: the revision of the service, of the same family. */
export function formatUserOfOtherRevision({ name, revision }: UserOfOtherRevision, serviceRevision: string): string {
  const family = familyOfRevision(serviceRevision);
  return `${name}: ${revision === family ? `${family}, the newest ACTIVE revision` : revision}`;
}

/** Returns every value of a JSON document, at any depth, whose field has this name. */
function listValues(value: unknown, field: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === field ? [item] : listValues(item, field)));
}

/**
 * Returns the task definitions that a state machine names (ASL, `TaskDefinition` of ecs:runTask). Omits a task definition that an execution calculates.
 * Empty if the definition is not JSON.
 */
export function listTaskDefinitions(definition: string): string[] {
  try {
    const values = listValues(JSON.parse(definition), 'TaskDefinition');
    return values.filter((value) => typeof value === 'string' && !/^(\$|\{%)/.test(value)).map(String);
  } catch {
    return [];
  }
}
