import { AwsError } from '../aws-error.ts';
import { listReferences } from './resolve-values.ts';
import type { StackTemplate } from './template.ts';

/** The resources that must exist before a resource: those in `DependsOn`, and those that its properties refer to. */
function listRequirements({ Resources }: StackTemplate, id: string): string[] {
  const { DependsOn = [], Properties = {} } = Resources[id] ?? {};
  return [...DependsOn, ...listReferences(Properties).filter((name) => name in Resources)];
}

function assertKnownNames({ Resources, Parameters }: StackTemplate): void {
  const known = (name: string) => name in Resources || name in Parameters || name.startsWith('AWS::');
  const unknown = Object.values(Resources).flatMap(({ DependsOn, Properties }) => [
    ...DependsOn.filter((id) => !(id in Resources)),
    ...listReferences(Properties).filter((name) => !known(name)),
  ]);
  if (unknown.length > 0)
    throw new AwsError(
      'ValidationError',
      `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the Resources block of the template`,
    );
}

/** Returns the ids of the resources in an order in which each resource comes after its dependencies. Throws for an unknown name and for a circle. */
export function orderResources(template: StackTemplate): string[] {
  assertKnownNames(template);
  const ordered = new Set<string>();
  const visit = (id: string, path: string[]): void => {
    if (path.includes(id))
      throw new AwsError('ValidationError', `Circular dependency between resources: [${[...path, id].join(', ')}]`);
    if (ordered.has(id)) return;
    for (const needed of listRequirements(template, id)) visit(needed, [...path, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(template.Resources)) visit(id, []);
  return [...ordered];
}
