import { describe, expect, it } from 'vitest';
import { findConfigErrors, validateConfig } from '../../../core/config/check.ts';
import { checkManualStartAllowed } from '../../../core/config/check-entry.ts';
import type { ConfigInput } from '../../../core/config/schema.ts';
import example from '../../../infra/config.ts';
import { declareSystem } from '../../../infra/system.ts';

const errorsWith = (target: object): string[] => {
  const [first, ...others] = example.targets;
  return findConfigErrors({ ...example, targets: [{ ...first, ...target }, ...others] } as ConfigInput);
};
const viewer = 'arn:aws:iam::111111111111:role/developers';

describe('viewers', () => {
  it.each([
    ['a role', viewer],
    ['a user', 'arn:aws:iam::111111111111:user/anna'],
    ['everyone in an account', 'arn:aws:iam::444444444444:root'],
    ['a role with a path, as a pattern', 'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/*'],
  ])('can be %s', (_, arn) => {
    expect(errorsWith({ viewers: [arn] })).toEqual([]);
  });

  it.each([
    ['a session', 'arn:aws:sts::111111111111:assumed-role/developers/anna', /must be the ARN of a user, a role/],
    ['every account', 'arn:aws:iam::*:role/developers', /must be the ARN of a user, a role/],
    ['everything', '*', /must be the ARN of a user, a role/],
    ['a service', 'ecs.amazonaws.com', /must be the ARN of a user, a role/],
    ['a role of another partition', viewer.replace('aws:', 'aws-cn:'), /must be in the partition aws/],
  ])('cannot be %s', (_, arn, message) => {
    expect(errorsWith({ viewers: [arn] }).join()).toMatch(message);
  });

  it('need a role with a name of at most 42 characters, without its path', () => {
    const pathAndName = (length: number) => `team/${'r'.repeat(length)}`;
    expect(errorsWith({ viewers: [viewer], role: pathAndName(42) })).toEqual([]);
    expect(errorsWith({ viewers: [viewer], role: pathAndName(43) }).join()).toMatch(/role must have at most 42/);
    expect(errorsWith({ viewers: [], role: pathAndName(49) })).toEqual([]);
  });

  it('need a role of their own: no other target can have its name', () => {
    const [test, prod] = example.targets;
    const targets = [test, { ...prod, account: test!.account, role: 'test-deployment-viewer' }];
    expect(findConfigErrors({ ...example, targets } as ConfigInput).join()).toMatch(/role is the same as targets\[0\]/);
  });
});

it('the built-in action needs access to the artifacts', () => {
  expect(errorsWith({ builtInAction: true })).toEqual([]);
  expect(errorsWith({ artifactAccess: 'none' })).toEqual([]);
  expect(errorsWith({ builtInAction: true, artifactAccess: 'none' }).join()).toMatch(
    /artifactAccess must be "read" with builtInAction/,
  );
});

describe('manualDeploys and manualTasks', () => {
  it.each(
    ['manualDeploys', 'manualTasks'].flatMap((field) => [true, 'no', null].map((value) => [field, value] as const)),
  )('%s cannot be %j', (field, value) => {
    expect(errorsWith({ [field]: value }).join()).toContain(`${field} must be "allow" or "deny"`);
  });

  it.each<[settings: object, kinds: string[]]>([
    [{}, ['deploy', 'rollback']],
    [{ manualDeploys: 'allow' }, ['deploy', 'rollback']],
    [{ manualDeploys: 'deny' }, ['rollback']],
    [{ manualTasks: 'deny' }, ['deploy', 'rollback']],
    [{ manualTasks: 'allow' }, ['deploy', 'rollback', 'run']],
    [{ manualDeploys: 'deny', manualTasks: 'allow' }, ['rollback', 'run']],
  ])('%j: the target has these entry machines: %j', (settings, kinds) => {
    const [test, prod] = example.targets;
    const config = validateConfig({ ...example, targets: [test, { ...prod, ...settings }] } as ConfigInput);
    const { entryMachines } = declareSystem(config, { stage: 'production', keyArn: 'arn:aws:kms:eu-west-1:1:key/k' });
    expect(entryMachines.filter(({ target }) => target === 'prod').map(({ kind }) => kind)).toEqual(kinds);
    expect(entryMachines.filter(({ target }) => target === 'test')).toHaveLength(2);
    const denied = checkManualStartAllowed('deploy', config, 'prod/web')?.message;
    expect(denied ?? 'allowed').toMatch(
      kinds.includes('deploy') ? 'allowed' : /The target prod allows no manual deploy/,
    );
    expect(checkManualStartAllowed('rollback', config, 'prod/web')).toBeUndefined();
    expect(checkManualStartAllowed('run', config, 'prod/web')?.message ?? 'allowed').toMatch(
      kinds.includes('run') ? 'allowed' : /The target prod allows no commands \(manualTasks is 'deny'/,
    );
  });
});
