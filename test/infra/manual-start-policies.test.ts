import { describe, expect, it } from 'vitest';
import { nestedExecutionName } from '../../core/config/entry-machines.ts';
import { buildExecutionArn } from '../../core/config/resource-names.ts';
import example from '../../infra/config.ts';
import type { PolicyDocument } from '../../infra/policy.ts';
import { declareSystem } from '../../infra/system.ts';
import { readDocumentedPolicies } from '../documented-policies.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
const withEverything = {
  ...example,
  targets: example.targets.map((target) => ({
    ...target,
    pauseHooks: 'allow' as const,
    manualTasks: 'allow' as const,
  })),
};
const { entryMachines } = declareSystem(withEverything, { stage: 'production', keyArn });

/** The resources of the entry machines of a target, as installed. */
function resourcesOf(target: string, ...kinds: string[]) {
  const own = entryMachines.filter((one) => one.target === target && kinds.includes(one.kind));
  return {
    machines: own.map(({ arn }) => arn),
    executions: own.map(({ arn }) => buildExecutionArn(arn, '*')),
    shared: own.map(({ starts }) => buildExecutionArn(starts, nestedExecutionName(target, '*'))),
  };
}

const listGrants = ({ Statement }: PolicyDocument): string[] =>
  Statement.flatMap(({ Action, Resource = [] }) => Action.flatMap((action) => Resource.map((on) => `${action} ${on}`)));
const grant = (actions: string[], on: string[]) => actions.flatMap((action) => on.map((one) => `${action} ${one}`));
const watching = ['states:DescribeExecution', 'states:GetExecutionHistory'];

const test = resourcesOf('test', 'deploy', 'rollback');
const testDeploy = resourcesOf('test', 'deploy');
const testContinue = resourcesOf('test', 'continue');
const testRun = resourcesOf('test', 'run');
const prodRollback = resourcesOf('prod', 'rollback');

describe.each<[page: string, expected: Record<string, string[]>]>([
  [
    'cli.md',
    {
      StartInTest: [
        ...grant(['states:StartExecution'], test.machines),
        ...grant(watching, [...test.executions, ...test.shared]),
      ],
      RollBackInProd: [
        ...grant(['states:StartExecution'], prodRollback.machines),
        ...grant(watching, [...prodRollback.executions, ...prodRollback.shared]),
      ],
      ContinueInTest: [
        ...grant(['states:StartExecution'], testContinue.machines),
        ...grant(watching, [...testContinue.executions, ...testContinue.shared]),
      ],
      RunInTest: [
        ...grant(['states:StartExecution'], testRun.machines),
        ...grant(watching, [...testRun.executions, ...testRun.shared]),
        ...grant(['states:StopExecution'], testRun.executions),
      ],
    },
  ],
  [
    'wiring.md',
    {
      StartInTest: [
        ...grant(['states:DescribeStateMachine', 'states:StartExecution'], testDeploy.machines),
        ...grant(['states:DescribeExecution'], testDeploy.executions),
      ],
    },
  ],
])('the policies of docs/%s', (page, expected) => {
  const policies = readDocumentedPolicies(page);

  it('allow exactly the installed entry machines of their target, and to watch what these start', () => {
    const granted = Object.entries(policies).map(([name, policy]) => [name, listGrants(policy).toSorted()]);
    const sorted = Object.entries(expected).map(([name, grants]) => [name, grants.toSorted()]);
    expect(Object.fromEntries(granted)).toEqual(Object.fromEntries(sorted));
  });
});
