import { expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';
import { exampleWithTargets } from '../example-config.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
const action = 'ecs:ContinueServiceDeployment';
const answering = 'arn:aws:iam::111111111111:role/gantry-production-continue-deployment';

/** The installation in which the first target has this setting, and prod has the default. */
function declareWith(pauseHooks?: 'allow' | 'deny') {
  const [test, ...others] = example.targets;
  const { pauseHooks: _, ...rest } = test!;
  const config = validateConfig(exampleWithTargets([{ ...rest, ...(pauseHooks && { pauseHooks }) }, ...others]));
  return declareSystem(config, { stage: 'production', keyArn });
}

const findGrants = ({ roles }: ReturnType<typeof declareWith>) =>
  roles.flatMap(({ name, policies }) =>
    Object.values(policies).flatMap(({ Statement }) =>
      Statement.filter(({ Action }) => Action.includes(action)).map(({ Sid, Resource }) => [name, Sid, Resource]),
    ),
  );

it.each([['deny' as const], [undefined]])(
  'with pauseHooks %s, nothing is allowed to answer a pause hook, and no entry machine exists',
  (pauseHooks) => {
    const system = declareWith(pauseHooks);
    expect(findGrants(system)).toEqual([]);
    expect(system.entryMachines.filter(({ kind }) => kind === 'continue')).toEqual([]);
    expect(system.deniedEntries.map(({ name }) => name)).toContain('gantry-production-continue_test');
    const function_ = system.roles.find(({ arn }) => arn === answering)!;
    expect(JSON.stringify(function_.policies)).not.toContain('sts:AssumeRole');
    expect(system.roles.filter(({ trust }) => JSON.stringify(trust).includes(answering))).toEqual([]);
  },
);

it('with pauseHooks allow, only the role of this target is allowed to, only one function can assume it for that, and only this target has an entry machine', () => {
  const system = declareWith('allow');
  const ecs = 'arn:aws:ecs:eu-west-1:222222222222';
  expect(findGrants(system)).toEqual([
    ['test-deployment', 'Services', [`${ecs}:service/web-shop/web`]],
    ['test-deployment', 'Deployments', [`${ecs}:service-deployment/web-shop/web/*`]],
  ]);
  expect(system.entryMachines.filter(({ kind }) => kind === 'continue').map(({ name }) => name)).toEqual([
    'gantry-production-continue_test',
  ]);
  const assumed = system.roles
    .find(({ arn }) => arn === answering)!
    .policies.rights!.Statement.find(({ Action }) => Action.includes('sts:AssumeRole'));
  expect(assumed?.Resource).toEqual(['arn:aws:iam::222222222222:role/test-deployment']);
  const trusting = system.roles.filter(({ trust }) => JSON.stringify(trust).includes(answering));
  expect(trusting.map(({ name }) => name)).toEqual(['test-deployment']);
});
