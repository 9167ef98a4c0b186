import { AwsError } from '../aws-error.ts';
import { dnsSuffix, partitionId } from '../partition.ts';
import { orderResources } from './order-resources.ts';
import { type CreatedResource, resolveValue, type TemplateScope } from './resolve-values.ts';
import type { ResourceType, StackContext } from './resource-type.ts';
import { resourceTypes } from './resource-types.ts';
import { type StackTemplate, templateSchema } from './template.ts';

/** A resource of a stack, with the properties that it was created with. */
interface StackedResource extends CreatedResource {
  type: string;
  properties: unknown;
  isRetained: boolean;
}

export interface Stack {
  name: string;
  resources: ReadonlyMap<string, StackedResource>;
  outputs: Record<string, string>;
  /** The resources that no longer belong to the stack but still exist, by their type and name. */
  left: readonly string[];
}

/** The inputs of a stack. */
export interface StackRequest {
  name: string;
  /** The text of the template. */
  template: string;
  parameters: Record<string, string>;
}

function chooseParameters({ Parameters }: StackTemplate, given: Record<string, string>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !(name in Parameters));
  const chosen = Object.entries(Parameters).map(([name, { Default, AllowedPattern = '.*' }]) => {
    const value = given[name] ?? Default;
    if (value === undefined || !new RegExp(`^(${AllowedPattern})$`).test(value))
      throw new AwsError('ValidationError', `Parameter ${name} is "${value}" and must match ${AllowedPattern}`);
    return [name, value];
  });
  if (unknown.length === 0) return Object.fromEntries(chosen);
  throw new AwsError('ValidationError', `Parameters: [${unknown.join()}] do not exist in the template`);
}

const pseudoParameters = (name: string, { account, region }: StackContext['place']): Record<string, string> => ({
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': partitionId(region),
  'AWS::URLSuffix': dnsSuffix(region),
  'AWS::StackName': name,
});

function findType(name: string): ResourceType {
  const type = resourceTypes.get(name);
  if (type === undefined) throw new AwsError('NotCovered', `The embedded AWS has no resources of type ${name}.`, 501);
  return type;
}

/** Creates a resource. If the stack already has the resource, updates it if its properties have changed. */
async function applyResource(
  properties: unknown,
  found: StackedResource | undefined,
  type: string,
  context: StackContext,
): Promise<CreatedResource> {
  const { create, update } = findType(type);
  if (found === undefined) return create(properties, context);
  if (JSON.stringify(found.properties) === JSON.stringify(properties)) return found;
  if (update !== undefined) return update(properties, context);
  throw new AwsError('NotCovered', `The embedded AWS does not cover an update of a resource of type ${type}.`, 501);
}

/**
 * Creates a stack, or updates `before`, in the order of the resources' dependencies and with the permissions of the person who deploys. A resource that the
 * template no longer has must be a retained one. Throws the error of the first resource that cannot be created. Nothing is rolled back.
 */
export async function deployStack(request: StackRequest, context: StackContext, before?: Stack): Promise<Stack> {
  const template = templateSchema.parse(JSON.parse(request.template));
  const values = {
    ...pseudoParameters(request.name, context.place),
    ...chooseParameters(template, request.parameters),
  };
  const resources = new Map<string, StackedResource>();
  const scope: TemplateScope = { values, created: resources };
  for (const id of orderResources(template)) {
    const { Type: type = '', Properties, DeletionPolicy } = template.Resources[id] ?? {};
    const properties = resolveValue(Properties, scope);
    const made = await applyResource(properties, before?.resources.get(id), type, context);
    resources.set(id, { ...made, type, properties, isRetained: DeletionPolicy !== 'Delete' });
  }
  const outputs = Object.entries(template.Outputs).map(([name, { Value }]) => [
    name,
    String(resolveValue(Value, scope)),
  ]);
  const left = [...(before?.left ?? []), ...listLeft(before, resources)];
  return { name: request.name, resources, outputs: Object.fromEntries(outputs), left };
}

function listLeft(before: Stack | undefined, after: ReadonlyMap<string, StackedResource>): string[] {
  const gone = [...(before?.resources ?? [])].filter(([id]) => !after.has(id));
  return gone.map(([id, { type, ref, isRetained }]) => {
    if (isRetained) return `${type} ${ref}`;
    throw new AwsError(
      'NotCovered',
      `The embedded AWS does not cover the removal of ${id} (${type}) from a stack.`,
      501,
    );
  });
}
