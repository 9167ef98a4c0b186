/** A container of a task definition as the wire carries it; only `name` and `image` are looked at, whatever else there is stays. */
export type RawContainer = Record<string, unknown> & { name: string };

/** A task definition as the wire carries it, with fields that no SDK knows yet. */
export type RawTaskDefinition = Record<string, unknown> & { family: string; containerDefinitions: RawContainer[] };

export interface Tag {
  key: string;
  value: string;
}

/** A task definition and, as in DescribeTaskDefinition's answer, its tags beside it. */
export interface Described {
  taskDefinition: RawTaskDefinition;
  tags: Tag[];
}

/** In DescribeTaskDefinition's answer, but no input of RegisterTaskDefinition (difference of the two shapes in the ECS API model). */
const outputOnly = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** What RegisterTaskDefinition takes of a described task definition: all of it but the nine fields that ECS itself writes. */
export const registrable = (definition: RawTaskDefinition): RawTaskDefinition => ({
  ...Object.fromEntries(Object.entries(definition).filter(([field]) => !outputOnly.has(field))),
  family: definition.family,
  containerDefinitions: definition.containerDefinitions,
});

/** The revision's ARN, which ECS gives to every definition that it describes. */
export const arnOf = ({ taskDefinition }: Described): string => String(taskDefinition.taskDefinitionArn);

/** `web` of `arn:…:task-definition/web:12` or `web:12`. */
export const familyOf = (revision: string): string => revision.split('/').at(-1)?.split(':')[0] ?? revision;

/** `12` of `arn:…:task-definition/web:12`; 0 where there is no number. */
export const numberOf = (revision: string): number => Number(/:(\d+)$/.exec(revision)?.[1] ?? 0);
