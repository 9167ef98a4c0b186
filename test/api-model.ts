import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../local/aws-error.ts';
import type { Cloud } from '../local/cloud.ts';

const load = createRequire(import.meta.url);

/** The SDK's package of a service whose package name is not the service's signing name. Each package contains the API's model. */
const packageNames: Record<string, string> = {
  states: 'sfn',
  events: 'eventbridge',
  monitoring: 'cloudwatch',
  logs: 'cloudwatch-logs',
  elasticloadbalancing: 'elastic-load-balancing-v2',
};
const packageOf = (service: string): string => `@aws-sdk/client-${packageNames[service] ?? service}`;

/** Errors that every operation can return (API references, "Common Errors"), and the error for parts that the emulator does not cover. */
const commonErrors =
  /^(AccessDenied(Exception)?|ExpiredToken(Exception)?|InternalFailure|InvalidClientTokenId|InvalidSignatureException|NotCovered|SerializationException|ServiceUnavailable(Exception)?|SlowDown|Throttling(Exception)?|Unknown(OperationException)?|UnrecognizedClientException|Validation(Error|Exception))$/;

/** Errors that a model does not declare for the operation, and the page that describes them. */
const documentedErrors: Record<string, RegExp> = {
  // S3 API reference, "List of error codes".
  s3: /^(BucketNotEmpty|KMS\..+|NoSuchBucket|NoSuchKey|NoSuchVersion|PreconditionFailed|InvalidArgument|MalformedXML)$/,
};

/** A task definition is returned with the fields with which it was registered, even if the model does not have these fields yet. */
const openPath = /^ecs \w+: the answer\.taskDefinition\b/;

interface Operation {
  output: NormalizedSchema;
  /** The names of the errors that the operation declares. */
  errors: Set<string>;
}

function readOperation(service: string, name: string): Operation {
  const model = load(packageOf(service)) as Record<string, [number, string, string, unknown, unknown, () => unknown]>;
  const schema = model[`${name}$`];
  if (schema === undefined) throw new Error(`AWS's API of ${service} has no operation ${name}.`);
  const declared = load.resolve(packageOf(service)).replace(/dist-cjs.*/, `dist-types/commands/${name}Command.d.ts`);
  const shapes = [...readFileSync(declared, 'utf8').matchAll(/@throws \{@link (\w+)\}/g)].map(([, shape]) => shape!);
  const errors = new Set(shapes.flatMap((shape) => [shape, ...queryCodes(model[`${shape}$`])]));
  return { output: NormalizedSchema.of(schema[5] as never), errors };
}

/** In the query protocol, an error can have another name than its shape. */
function queryCodes(schema: unknown[] | undefined): string[] {
  const traits = schema?.[3] as { awsQueryError?: [string, number] } | undefined;
  return traits?.awsQueryError === undefined ? [] : [traits.awsQueryError[0]];
}

const operations = new Map<string, Operation>();

function findOperation(service: string, name: string): Operation {
  const key = `${service} ${name}`;
  const found = operations.get(key) ?? readOperation(service, name);
  operations.set(key, found);
  return found;
}

const typeNames: [is: (schema: NormalizedSchema) => boolean, type: string, fits: (value: unknown) => boolean][] = [
  [(schema) => schema.isTimestampSchema(), 'a time', (value) => value instanceof Date || typeof value === 'number'],
  [(schema) => schema.isBlobSchema(), 'bytes', (value) => value instanceof Uint8Array || typeof value === 'string'],
  [(schema) => schema.isNumericSchema(), 'a number', (value) => typeof value === 'number'],
  [(schema) => schema.isBooleanSchema(), 'a boolean', (value) => typeof value === 'boolean'],
  [(schema) => schema.isStringSchema(), 'a string', (value) => typeof value === 'string'],
  [(schema) => schema.isListSchema(), 'a list', Array.isArray],
  [
    (schema) => schema.isMapSchema() || schema.isStructSchema(),
    'an object',
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date),
  ],
];

const shapeName = (schema: NormalizedSchema): string => schema.getName()?.split('#').at(-1) ?? '';

/** Returns a sentence for each difference between a value and its shape in the model. */
export function findDifferences(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (schema.isDocumentSchema()) return [];
  const [, type, fits] = typeNames.find(([is]) => is(schema)) ?? [];
  if (fits?.(value) === false) return [`${path} is ${JSON.stringify(value)}; expected ${type}`];
  if (schema.isListSchema())
    return (value as unknown[]).flatMap((item) => findDifferences(schema.getValueSchema(), item, `${path}[]`));
  if (schema.isMapSchema())
    return Object.values(value as object).flatMap((item) =>
      findDifferences(schema.getValueSchema(), item, `${path}{}`),
    );
  return schema.isStructSchema() ? findFieldDifferences(schema, value as Record<string, unknown>, path) : [];
}

const membersByShape = new WeakMap<object, Record<string, NormalizedSchema>>();

function membersOf(schema: NormalizedSchema): Record<string, NormalizedSchema> {
  const shape = schema.getSchema() as unknown as object;
  const members = membersByShape.get(shape) ?? schema.getMemberSchemas();
  membersByShape.set(shape, members);
  return members;
}

/** In JSON, a field that is null counts as absent. */
function findFieldDifferences(schema: NormalizedSchema, value: Record<string, unknown>, path: string): string[] {
  const members = membersOf(schema);
  const isOpen = openPath.test(path);
  // The schema of a structure begins with the names of its required members, and ends with their number.
  const [, , , , names, , required = 0] = schema.getSchema() as unknown as [0, 0, 0, 0, string[], 0, number?];
  const absent = names.slice(0, isOpen ? 0 : required).filter((name) => value[name] == null);
  return [
    ...absent.map((name) => `${path}.${name} is absent; the model requires it`),
    ...Object.entries(value).flatMap(([name, field]) => {
      if (field == null) return [];
      const member = members[name];
      if (member !== undefined) return findDifferences(member, field, `${path}.${name}`);
      return isOpen ? [] : [`${path}.${name} is no field of ${shapeName(schema)}`];
    }),
  ];
}

/** Returns a sentence for each difference between an operation's answer and the model. */
export const checkAnswer = (service: string, operation: string, answer: unknown): string[] =>
  findDifferences(findOperation(service, operation).output, answer ?? {}, `${service} ${operation}: the answer`);

/** Returns a sentence if neither the operation nor AWS in general declares the error. */
export function checkError(service: string, operation: string, { name }: Error): string[] {
  if (commonErrors.test(name) || documentedErrors[service]?.test(name)) return [];
  if (findOperation(service, operation).errors.has(name)) return [];
  return [`${service} ${operation}: the model does not declare the error ${name}`];
}

/** Compares all later answers of a cloud with AWS's API model. Adds a sentence to the set for each difference. */
export function watchApiModel(cloud: Cloud, differences = new Set<string>()): Set<string> {
  const invoke = cloud.invoke;
  const note = (found: string[]) => found.forEach((each) => void differences.add(each));
  cloud.invoke = async (service, operation, input, as) => {
    try {
      const answer = await invoke(service, operation, input, as);
      note(checkAnswer(service, operation, answer));
      return answer;
    } catch (error) {
      // A test can inject any error.
      if (error instanceof AwsError && cloud.faultHooks === undefined) note(checkError(service, operation, error));
      throw error;
    }
  };
  return differences;
}
