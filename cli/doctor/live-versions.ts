import { findFunctionRoleArn, readStateMachineDefinition } from '../../aws/installed-workflow.ts';
import type { StateMachineDeclaration } from '../../infra/system-workflow.ts';

const versionArnPattern = /"(arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+:[\w$-]+)"/g;

/** Returns the ARNs of the versions of functions that a definition names, each once. */
export const listVersionArns = (definition: string): string[] => [
  ...new Set([...definition.matchAll(versionArnPattern)].flatMap(([, arn]) => arn ?? [])),
];

/** Returns the versions of functions that the definitions of state machines name and that do not exist, by the machine's name. */
export async function inspectVersions(
  region: string,
  machines: Pick<StateMachineDeclaration, 'name' | 'arn'>[],
): Promise<Map<string, string[]>> {
  const named = await Promise.all(
    machines.map(async ({ name, arn }) => {
      const versions = listVersionArns((await readStateMachineDefinition(region, arn)) ?? '');
      return { name, versions };
    }),
  );
  const all = [...new Set(named.flatMap(({ versions }) => versions))];
  const roles = await Promise.all(all.map((arn) => findFunctionRoleArn(region, arn)));
  const missing = new Set(all.filter((_arn, at) => roles[at] === undefined));
  return new Map(named.map(({ name, versions }) => [name, versions.filter((arn) => missing.has(arn))]));
}
