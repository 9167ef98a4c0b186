import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import type { PolicyDocument } from '../../infra/policy.ts';
import { deliveryUses, roleUses } from '../../infra/service-principals.ts';
import { declareSystem } from '../../infra/system.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { evaluatePolicies } from '../../policy-evaluator/evaluate-policies.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000';
const system = declareSystem(example, { stage: 'production', keyArn });

/** Every role that a service assumes, and whether AWS documents that the service sends `aws:SourceAccount` when it assumes the role. */
const roles: [role: string, principal: string, documented: boolean][] = [
  ['web-shop-production-pipeline', 'codepipeline.amazonaws.com', false],
  ['web-shop-production-build', 'codebuild.amazonaws.com', true],
  ['gantry-production-deploy', 'states.amazonaws.com', true],
  ['gantry-production-rollback', 'states.amazonaws.com', true],
  ['gantry-production-continue', 'states.amazonaws.com', true],
  ['gantry-production-run', 'states.amazonaws.com', true],
  ...system.entryMachines.map(({ name }): [string, string, boolean] => [name, 'states.amazonaws.com', true]),
  ['gantry-production-schedule', 'scheduler.amazonaws.com', true],
  ['gantry-production-start-rollback', 'events.amazonaws.com', false],
  ['gantry-production-test-events', 'events.amazonaws.com', false],
  ['gantry-production-prod-events', 'events.amazonaws.com', false],
  ['web-execution', 'ecs-tasks.amazonaws.com', false],
  ['web-task', 'ecs-tasks.amazonaws.com', true],
  ...system.functions.map(({ name }): [string, string, boolean] => [name, 'lambda.amazonaws.com', false]),
];

interface Sender {
  principal: string;
  account: string;
  sendsSourceAccount?: boolean;
  context?: Record<string, string>;
}

async function isAllowed(policy: PolicyDocument, action: string, resource: string, sender: Sender): Promise<boolean> {
  const { principal: arn, account, sendsSourceAccount = true, context = {} } = sender;
  const decision = await evaluatePolicies(
    {
      caller: { arn, account, sendsSourceAccount },
      region: 'eu-west-1',
      at: 0,
      action,
      resource,
      circumstances: { policy, context, owner: resource.split(':')[4]! },
    },
    {},
  );
  return 'allowedBy' in decision;
}

describe.each(roles)('the role %s', (name, principal, documented) => {
  const role = system.roles.find((one) => one.name === name)!;
  const assumes = (sender: Omit<Sender, 'principal'>) =>
    isAllowed(role.trust, 'sts:AssumeRole', role.arn, { principal, ...sender });

  it('can be assumed by its service for its own account', async () => {
    expect(await assumes({ account: role.account })).toBe(true);
  });

  it('cannot be assumed by its service for another account', async () => {
    expect(await assumes({ account: '999999999999' })).toBe(false);
  });

  it(`can${documented ? 'not' : ''} be assumed if its service sends no account`, async () => {
    expect(await assumes({ account: role.account, sendsSourceAccount: false })).toBe(!documented);
  });
});

it('the table of roles names every role that a service assumes', () => {
  const assumed = system.roles.filter(({ trust }) =>
    trust.Statement.some(({ Principal }) => 'Service' in Object(Principal)),
  );
  expect([...new Set(assumed.map(({ name }) => name))].sort()).toEqual(roles.map(([name]) => name).sort());
});

it.each(Object.entries({ ...roleUses, ...deliveryUses }))('the rule for %s names its source', (_name, { source }) => {
  expect(source).toMatch(/Guide, "/);
});

/** Every resource of Gantry whose policy names a service, and whether AWS documents that the service sends `aws:SourceArn`. */
const deliveries = [
  { name: 'dead-letter queue', policy: system.deadLetters.policy, action: 'sqs:SendMessage', documented: true },
];

describe.each(deliveries)('the policy of the $name', ({ policy, action, documented }) => {
  const [resource = ''] = policy.Statement[0]!.Resource!;
  const rule = `arn:aws:events:eu-west-1:111111111111:rule/gantry-production-announce-end`;
  const delivers = (context: Record<string, string>) =>
    isAllowed(policy, action, resource, { principal: 'events.amazonaws.com', account: '111111111111', context });

  it.each([
    ['our rule', { 'aws:SourceArn': rule }, true],
    ['a rule of others', { 'aws:SourceArn': 'arn:aws:events:eu-west-1:999999999999:rule/another' }, false],
    ['no rule, because EventBridge may not name it', {}, !documented],
  ])('decides about a delivery for %s', async (_name, context, allowed) => {
    expect(await delivers(context)).toBe(allowed);
  });
});

it('no other policy of a resource names a service', () => {
  const others = [
    getFirstPipeline(system).key.policy,
    getFirstPipeline(system).bucket.policy,
    getFirstPipeline(system).repository.policy,
    { Statement: system.bus.map(({ statement }) => statement) },
  ];
  const principals = others.flatMap((policy) => policy?.Statement ?? []).map(({ Principal }) => Principal);
  expect(principals.filter((principal) => 'Service' in Object(principal))).toEqual([]);
});
