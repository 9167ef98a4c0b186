/** A container of a task definition as in the API's JSON; Gantry reads only `name` and `image` and keeps every other field. */
export type RawContainer = Record<string, unknown> & { name: string };

/** A task definition as in the API's JSON, including fields that no SDK knows yet. */
export type RawTaskDefinition = Record<string, unknown> & { family: string; containerDefinitions: RawContainer[] };

export interface Tag {
  key: string;
  value: string;
}

/** A task definition with its tags, as in the answer of DescribeTaskDefinition. */
export interface DescribedTaskDefinition {
  taskDefinition: RawTaskDefinition;
  tags: Tag[];
}

/** Fields in the answer of DescribeTaskDefinition that RegisterTaskDefinition does not accept (difference of the two shapes in the ECS API model). */
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

/** Returns a JSON document without the nine fields that only ECS writes. Its other fields can be anything: nothing has checked them. */
export const omitOutputOnlyFields = (document: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(document).filter(([field]) => !outputOnlyFields.has(field)));

/** Returns a described task definition in the form that RegisterTaskDefinition accepts, without the fields that only ECS writes. */
export const toRegistrableDefinition = (definition: RawTaskDefinition): RawTaskDefinition => ({
  ...omitOutputOnlyFields(definition),
  family: definition.family,
  containerDefinitions: definition.containerDefinitions,
});

/** Returns the revision's ARN, which every definition that ECS describes has. */
export const taskDefinitionArnOf = ({ taskDefinition }: DescribedTaskDefinition): string =>
  String(taskDefinition.taskDefinitionArn);

/** `web` from `arn:…:task-definition/web:12` or `web:12`. */
export const familyOfRevision = (revision: string): string => revision.split('/').at(-1)?.split(':')[0] ?? revision;

/** `12` from `arn:…:task-definition/web:12`; 0 if there is no number. */
export const parseRevisionNumber = (revision: string): number => Number(/:(\d+)$/.exec(revision)?.[1] ?? 0);

/** Whether a field has an effect: ECS treats null, false, an empty text and an empty list as an absent field. */
export const isFieldSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false && value !== '';
