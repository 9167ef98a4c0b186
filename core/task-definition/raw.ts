/** A container of a task definition as the wire carries it; only `name` and `image` are looked at, whatever else there is stays. */
export type RawContainer = Record<string, unknown> & { name: string };

/** A task definition as the wire carries it, with fields that no SDK knows yet. */
export type RawTaskDefinition = Record<string, unknown> & { family: string; containerDefinitions: RawContainer[] };

export interface Tag {
  key: string;
  value: string;
}

/** A task definition and, as in DescribeTaskDefinition's answer, its tags beside it. */
export interface DescribedTaskDefinition {
  taskDefinition: RawTaskDefinition;
  tags: Tag[];
}

/** In DescribeTaskDefinition's answer, but no input of RegisterTaskDefinition (difference of the two shapes in the ECS API model). */
const outputOnlyFields = new Set([
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

/** The fields of a document that RegisterTaskDefinition takes. */
export const pickInputFields = (document: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(document).filter(([field]) => !outputOnlyFields.has(field)));

/** What RegisterTaskDefinition takes of a described task definition: all of it but the nine fields that ECS itself writes. */
export const removeOutputOnlyFields = (definition: RawTaskDefinition): RawTaskDefinition => ({
  ...pickInputFields(definition),
  family: definition.family,
  containerDefinitions: definition.containerDefinitions,
});

/** The revision's ARN, which ECS gives to every definition that it describes. */
export const taskDefinitionArnOf = ({ taskDefinition }: DescribedTaskDefinition): string =>
  String(taskDefinition.taskDefinitionArn);

/** `web` of `arn:…:task-definition/web:12` or `web:12`. */
export const parseFamily = (revision: string): string => revision.split('/').at(-1)?.split(':')[0] ?? revision;

/** `12` of `arn:…:task-definition/web:12`; 0 where there is no number. */
export const parseRevisionNumber = (revision: string): number => Number(/:(\d+)$/.exec(revision)?.[1] ?? 0);

/** Whether a field asks for anything: ECS takes null, false, an empty text and an empty list as if the field was not there. */
export const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false && value !== '';
