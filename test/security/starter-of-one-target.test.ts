import { describe, expect, it } from 'vitest';
import { type ManualStart, manualStarts } from '../../core/config/entry-machines.ts';
import { listSharedMachines } from '../../infra/system-state-machines.ts';
import { readDocumentedPolicies } from '../documented-policies.ts';
import { attackedConfig, startAttackedSystem } from './attacked-system.ts';

/*
 * The attacker has the policy of docs/cli.md: the attacker is allowed to start the entry machines of `test`, with any input and any name. No such start must
 * reach any part of `prod`.
 */
const world = await startAttackedSystem({
  targets: attackedConfig.targets.map((target) => ({
    ...target,
    pauseHooks: 'allow' as const,
    manualTasks: 'allow' as const,
  })),
});
const { account, region, entryMachines, functions } = world.system;
const attacker = `arn:aws:iam::${account}:user/starter-of-test`;
world.cloud.iam.users.set(attacker, {
  arn: attacker,
  policies: {
    own: readDocumentedPolicies('cli.md').StartInTest!,
    answering: readDocumentedPolicies('cli.md').ContinueInTest!,
    running: readDocumentedPolicies('cli.md').RunInTest!,
  },
});
const call = (service: string, operation: string, input: object) =>
  world.cloud.invoke(service, operation, input, { caller: { account, arn: attacker }, region });

const findEntry = (kind: string, target: string) =>
  entryMachines.find((one) => one.kind === kind && one.target === target)!;
const executionOf = (machineArn: string, name: string) =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;

const prodRole = 'arn:aws:iam::333333333333:role/prod-deployment';
const prodTarget = { roleArn: prodRole, region: 'eu-west-1', cluster: 'web-shop', service: 'web' };
const prodRevision = 'arn:aws:ecs:eu-west-1:333333333333:task-definition/web:1';
const web = { service: 'web' };
const prodAlarm = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  account: '333333333333',
  region: 'eu-west-1',
  detail: { alarmName: 'web-errors', state: { value: 'ALARM' } },
};
const prodFailure = {
  source: 'aws.ecs',
  'detail-type': 'ECS Deployment State Change',
  account: '333333333333',
  region: 'eu-west-1',
  resources: ['arn:aws:ecs:eu-west-1:333333333333:service/web-shop/web'],
  detail: { eventName: 'SERVICE_DEPLOYMENT_FAILED', deploymentId: 'ecs-svc/1' },
};
const properties = { ClusterName: 'web-shop', ServiceName: 'web', RoleArn: prodRole, Region: 'eu-west-1' };
const job = { id: 'job-1', nonce: '1', configuration: properties, artifact: { name: 'Built', bucket: 'b', key: 'k' } };

const prodDeployment = 'arn:aws:ecs:eu-west-1:333333333333:service-deployment/web-shop/web/abc';

/** JSON texts, because an object cannot have a field twice. */
const spellings: [what: string, input: string][] = [
  ['target as a name', JSON.stringify({ ...web, target: 'prod/web' })],
  ['target as a name, before the service', '{"target": "prod", "service": "web"}'],
  ['target written out', JSON.stringify({ ...web, target: prodTarget })],
  ['target twice', '{"service": "web", "target": "test", "target": "prod/web"}'],
  ['target with an escaped letter', '{"service": "web", "\\u0074arget": "prod/web"}'],
  ['Target with a capital letter', JSON.stringify({ ...web, Target: 'prod/web' })],
  ['target with a space', JSON.stringify({ ...web, 'target ': 'prod/web' })],
  ['target as a path of a template', JSON.stringify({ ...web, 'target.$': '$.service' })],
  ['target in a list', JSON.stringify([{ ...web, target: 'prod/web' }])],
  ['fields of a written-out target', JSON.stringify({ ...web, ...prodTarget })],
  ...[
    'prod/web',
    '../prod/web',
    'web/../../prod/web',
    '/prod/web',
    'web,prod/web',
    'web\u0000',
    ' web',
    'WEB',
    '*',
    '',
    '{}',
    '$.target',
  ].map((service): [string, string] => [`service ${JSON.stringify(service)}`, JSON.stringify({ service })]),
  ['service as an ARN', JSON.stringify({ service: 'arn:aws:ecs:eu-west-1:333333333333:service/web-shop/web' })],
  ['service as a list', JSON.stringify({ service: ['web', 'prod/web'] })],
  ['service as an object', JSON.stringify({ service: { toString: 'web' } })],
  ['service twice', '{"service": "web", "service": "../prod/web"}'],
  ['cluster as an ARN', JSON.stringify({ ...web, cluster: 'arn:aws:ecs:eu-west-1:333333333333:cluster/web-shop' })],
  ['a revision of prod', JSON.stringify({ ...web, revision: prodRevision })],
  ['a job', JSON.stringify({ ...web, job })],
  ['a job alone', JSON.stringify({ job })],
  ['a job with a capital letter', JSON.stringify({ ...web, Job: job })],
  ['an alarm of prod', JSON.stringify({ ...prodAlarm, ...web })],
  ['an alarm of prod in a field', JSON.stringify({ event: prodAlarm })],
  ['a failed deployment in prod', JSON.stringify({ ...prodFailure, ...web })],
  [
    'a failed deployment with an escaped field name',
    JSON.stringify({ ...prodFailure, ...web }).replace('detail-', 'detail\\u002d'),
  ],
  ['a wrapped input', JSON.stringify({ given: { target: 'prod/web' }, ...web })],
  ['the data of the entry machine', JSON.stringify({ ...web, fixed: { target: 'prod/web' }, name: 'prod_x' })],
  [
    'a decision about prod',
    JSON.stringify({ ...web, decision: { do: 'revision', data: { release: { target: prodTarget } } } }),
  ],
  ['a release and a plan for prod', JSON.stringify({ ...web, release: { target: prodTarget }, plan: {}, lease: {} })],
  [
    'a deployment of prod',
    JSON.stringify({ ...web, serviceDeploymentArn: prodDeployment, hookId: 'ecs-pause-1', action: 'CONTINUE' }),
  ],
  ['no object', '"prod/web"'],
  ['nothing', 'null'],
];

describe('with the policy for test, an input with', () => {
  const cases = spellings.flatMap(([what, input]) => manualStarts.map((kind) => [what, kind, input] as const));

  /** The fields that the entry machine needs besides the service. Without them, the input would be refused for another reason. */
  const complete = (kind: ManualStart, input: string): string =>
    kind === 'run' ? input.replace(/^\{/, '{"container": "app", "command": ["ls"], ') : input;

  type Execution = { status: string; error?: string };
  /** Starts an entry machine. Returns how the execution ended, and every action about which a policy decided meanwhile. */
  async function attempt(kind: ManualStart, name: string, input: string) {
    const before = world.cloud.authorizations.length;
    const started = await call('states', 'StartExecution', {
      stateMachineArn: findEntry(kind, 'test').arn,
      name,
      input: complete(kind, input),
    });
    const { executionArn } = started as { executionArn: string };
    const read = async () => (await call('states', 'DescribeExecution', { executionArn })) as Execution;
    await world.clock.advanceUntil(async () => (await read()).status !== 'RUNNING', 3_600_000);
    const actions = world.cloud.authorizations.slice(before).map(({ action, resource }) => `${action} ${resource}`);
    return { ...(await read()), actions };
  }
  const inProd = (action: string) => action.includes('333333333333');

  it.each(cases)('%s is refused by %s, and prod is not touched', async (what, kind, input) => {
    const { status, error, actions } = await attempt(
      kind,
      `${kind}-${spellings.findIndex(([one]) => one === what)}`,
      input,
    );
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'ConfigurationError' });
    expect(actions.filter((action) => inProd(action) || action.startsWith('sts:AssumeRole'))).toEqual([]);
  });

  it('can deploy to test, in any name: a target in the prototype changes nothing', async () => {
    const { status, actions } = await attempt(
      'deploy',
      'prototype',
      '{"service": "web", "by": "somebody else", "__proto__": {"target": "prod/web"}}',
    );
    expect(status).toBe('SUCCEEDED');
    expect(actions.filter(inProd)).toEqual([]);
    expect(actions).toContain('sts:AssumeRole arn:aws:iam::222222222222:role/test-deployment');
  });
});

describe('with the policy for test, nobody can', () => {
  const input = JSON.stringify(web);
  const start = (stateMachineArn: string) => ['states', 'StartExecution', { stateMachineArn, input }] as const;
  const shared = listSharedMachines(world.system).map(({ arn }) => arn);
  const ofProd = entryMachines.filter(({ target }) => target === 'prod');
  it.each<readonly [what: string, service: string, operation: string, input: object]>([
    ...ofProd.map(({ name, arn }) => [`start ${name}`, ...start(arn)] as const),
    ...shared.map((arn) => [`start ${arn.split(':').at(-1)}`, ...start(arn)] as const),
    ['start a machine whose name begins like its own', ...start(`${findEntry('deploy', 'test').arn}_prod`)],
    ...shared.flatMap((arn) =>
      ['prod_x', 'testing_x', 'a-job', 'tes'].map(
        (name) =>
          [
            `read the execution ${name}`,
            'states',
            'DescribeExecution',
            { executionArn: executionOf(arn, name) },
          ] as const,
      ),
    ),
    ['stop an execution', 'states', 'StopExecution', { executionArn: executionOf(shared[0]!, 'prod_x') }],
    ['list executions', 'states', 'ListExecutions', { stateMachineArn: shared[0] }],
    [
      'change the entry machine',
      'states',
      'UpdateStateMachine',
      { stateMachineArn: findEntry('deploy', 'test').arn, definition: '{}' },
    ],
    ...functions.map(
      ({ name: FunctionName }) => [`invoke ${FunctionName}`, 'lambda', 'Invoke', { FunctionName }] as const,
    ),
    [
      'assume the role of an entry machine',
      'sts',
      'AssumeRole',
      { RoleArn: findEntry('deploy', 'prod').role, RoleSessionName: 'attacker' },
    ],
  ])('%s', async (_, service, operation, asked) => {
    await expect(call(service, operation, asked)).rejects.toThrow('not authorized to perform');
  });
});

describe('the role of the entry machine of test', () => {
  const { role, starts } = findEntry('deploy', 'test');
  it.each(['prod_x', 'a-job'])('cannot read or stop the execution %s', async (name) => {
    for (const operation of ['DescribeExecution', 'StopExecution'])
      await expect(world.as(role)('states', operation, { executionArn: executionOf(starts, name) })).rejects.toThrow(
        'not authorized',
      );
  });
});
