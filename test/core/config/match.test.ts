import { describe, expect, it } from 'vitest';
import { findConfigErrors, validateConfig } from '../../../core/config/check.ts';
import {
  createExampleTargetName,
  findConfiguredService,
  getTargetByName,
  listTargetNames,
} from '../../../core/config/targets.ts';
import { parseWakeEvent } from '../../../core/events/wake-event.ts';
import { parseDeployRequest } from '../../../core/request/parse.ts';
import { parseRollbackRequest } from '../../../core/request/rollback.ts';
import { restrictionsForTarget } from '../../../core/task-definition/restrictions.ts';
import example from '../../../infra/config.ts';

const place = { account: '222222222222', region: 'eu-west-1', cluster: 'shop' };
const named = { name: 'shop-web', containers: ['app'], executionRole: 'web-execution', timeoutMinutes: 7 };
const match = { services: 'shop-*', families: ['shop-*', 'old-*'], passRoles: ['shop-*'], timeoutMinutes: 90 };
const withTargets = (...targets: object[]) => ({
  ...example,
  pipelines: [],
  targets: targets.map((one, at) => ({ name: `t${at}`, ...place, ...one })),
});
const config = validateConfig(withTargets({ name: 'test', services: [named], match }) as never);
const messageOf = (act: () => unknown): string => {
  try {
    return JSON.stringify(act());
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
};

describe('the patterns of a target', () => {
  it.each<[string, object, string | undefined]>([
    ['one text', { services: 'shop-*', passRoles: [] }, undefined],
    ['lists', { services: ['a', 'b-*'], families: ['c'], passRoles: ['d', 'team/*'], logGroups: ['/x/*'] }, undefined],
    ['every service', { services: '*', passRoles: ['shop-*'] }, undefined],
    [
      'no list of roles',
      { services: '*' },
      'match.passRoles must be a list of names or patterns of roles; it is missing.',
    ],
    ['an empty list of services', { services: [], passRoles: [] }, 'match.services must be a pattern'],
    [
      'a character that is not allowed in names',
      { services: 'shop-?', passRoles: [] },
      'match.services must be a pattern of 1-255 letters',
    ],
    ['a policy variable', { services: '${aws:username}', passRoles: [] }, 'match.services must be a pattern'],
    ['every role', { services: '*', passRoles: ['*'] }, '"*" alone would allow every role of the account; found "*".'],
    [
      'every role, with two stars',
      { services: '*', passRoles: ['**'] },
      'match.passRoles[0] must be the name of a role or a pattern',
    ],
    ['every role with a path', { services: '*', passRoles: ['*/*'] }, 'match.passRoles[0] must be the name'],
    ["a role's ARN", { services: '*', passRoles: ['arn:aws:iam::222222222222:role/x'] }, 'match.passRoles[0] must be'],
    ['an unknown field', { services: '*', passRoles: [], containers: [] }, 'match has no field "containers"'],
    [
      'times that do not fit in a day',
      { services: '*', passRoles: [], bakeMinutes: 1440 },
      'match.bakeMinutes must leave room',
    ],
  ])('are accepted or refused with the field: %s', (_what, given, message) => {
    const errors = findConfigErrors(withTargets({ match: given }));
    if (message === undefined) expect(errors).toEqual([]);
    else expect(errors.join('\n')).toContain(message);
  });

  it('need no list of services, but one of the two is required', () => {
    expect(findConfigErrors(withTargets({ match: { services: '*', passRoles: [] } }))).toEqual([]);
    expect(findConfigErrors(withTargets({}))).toEqual([
      'targets[0].services must name at least one service, unless match has patterns; it is missing.',
    ]);
  });

  it('use the families and log groups of the services by default', () => {
    const { targets } = validateConfig(withTargets({ match: { services: ['a-*', 'b'], passRoles: [] } }) as never);
    expect(targets[0]!.match).toMatchObject({ families: ['a-*', 'b'], logGroups: ['/ecs/a-*', '/ecs/b'] });
  });
});

describe('one service of a cluster in two targets is refused', () => {
  const patterns = (services: string | string[]) => ({ match: { services, passRoles: [] } });
  it.each<[string, object, object, boolean]>([
    ['two patterns that match the same name', patterns('shop-*'), patterns('*-api'), true],
    ['two patterns that share no name', patterns('shop-*'), patterns('pay-*'), false],
    ['a name and a pattern', { services: [named] }, patterns('shop-*'), true],
    ['a pattern and a name', patterns(['x', '*']), { services: [named] }, true],
    ['a name that the pattern does not match', { services: [named] }, patterns('pay-*'), false],
    ['the same patterns in another cluster', patterns('*'), { ...patterns('*'), cluster: 'other' }, false],
    ['the same patterns in another Region', patterns('*'), { ...patterns('*'), region: 'us-east-1' }, false],
    ['the same patterns in another account', patterns('*'), { ...patterns('*'), account: '333333333333' }, false],
    [
      'a name and a pattern of one target',
      { services: [named], ...patterns('*') },
      { ...patterns('*'), cluster: 'other' },
      false,
    ],
  ])('%s', (_what, one, other, refused) => {
    const errors = findConfigErrors(withTargets(one, other)).filter((error) =>
      error.includes('allow the same services'),
    );
    expect(errors).toHaveLength(refused ? 1 : 0);
  });
});

describe('the settings of a service', () => {
  it.each<[string, object | undefined]>([
    ['test/shop-web', { containers: ['app'], timeoutMinutes: 7, families: ['shop-web'], roles: ['web-execution'] }],
    ['test/shop-api', { containers: undefined, timeoutMinutes: 90, families: ['shop-*', 'old-*'], roles: ['shop-*'] }],
    ['test/shop-', { name: 'shop-' }],
    ['test/shop-*', undefined],
    ['test/shop-a/b', undefined],
    ['test/Shop-api', undefined],
    ['test/pay', undefined],
    ['test/', undefined],
    ['test', undefined],
    ['prod/shop-api', undefined],
    [`test/shop-${'a'.repeat(251)}`, undefined],
  ])('%s', (name, expected) => {
    const found = findConfiguredService(config, name)?.service;
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it('limit task definition files of a matched service to the allowed patterns', () => {
    const limits = restrictionsForTarget(config, getTargetByName(config, 'test/shop-api'));
    expect(limits).toMatchObject({ families: ['shop-*', 'old-*'], roles: ['shop-*'] });
    expect(limits.permissions?.passRoles).toEqual(['shop-*', 'web-execution']);
  });
});

const roleArn = 'arn:aws:iam::222222222222:role/test-deployment';
const arn = (path: string) => `arn:aws:ecs:eu-west-1:222222222222:${path}`;
const explicit = (service: string) => ({ roleArn, region: 'eu-west-1', cluster: 'shop', service });
const job = (ServiceName: string) => ({
  job: {
    id: 'j',
    nonce: '1',
    configuration: { ClusterName: 'shop', ServiceName, RoleArn: roleArn, Region: 'eu-west-1' },
    artifact: { name: 'Built', bucket: 'artifacts', key: 'shop/1' },
  },
  acknowledged: { status: 'InProgress' },
});
const deploymentEvent = (service: string, eventName: string) => ({
  id: '5d1a4f6e-2c8b-4e0c-9d7a-4b3f6a1e8c20',
  source: 'aws.ecs',
  account: '222222222222',
  region: 'eu-west-1',
  'detail-type': 'ECS Deployment State Change',
  resources: [arn(`service/shop/${service}`)],
  detail: { eventName, deploymentId: 'ecs-svc/1' },
});
const deploy = (input: unknown) => parseDeployRequest(input, config).target.name;
const waysIn: [string, (service: string) => string | undefined][] = [
  ['a job', (service) => deploy(job(service))],
  ["a job with the service's ARN", (service) => deploy(job(arn(`service/shop/${service}`)))],
  ['a manual start by name', (service) => deploy({ target: `test/${service}` })],
  ['a manual start by role, cluster and service', (service) => deploy({ target: explicit(service) })],
  [
    'a manual rollback',
    (service) => parseRollbackRequest({ target: `test/${service}` }, config, 'production').targets[0]?.name,
  ],
  [
    'a manual rollback by role',
    (service) => parseRollbackRequest({ target: explicit(service) }, config, 'production').targets[0]?.name,
  ],
  ['the command line', (service) => getTargetByName(config, `test/${service}`).name],
];
const events: [string, (service: string) => string | undefined][] = [
  [
    'an event that wakes',
    (service) =>
      parseWakeEvent(deploymentEvent(service, 'SERVICE_DEPLOYMENT_COMPLETED'), config, 'production').targets[0]?.name,
  ],
  [
    'an event that rolls back',
    (service) =>
      parseRollbackRequest(deploymentEvent(service, 'SERVICE_DEPLOYMENT_FAILED'), config, 'production').targets[0]
        ?.name,
  ],
];

describe('a service is named in', () => {
  it.each([...waysIn, ...events])(
    '%s, and is accepted if its name or a pattern of it is configured',
    (_way, targetOf) => {
      expect(targetOf('shop-web')).toBe('test/shop-web');
      expect(targetOf('shop-api')).toBe('test/shop-api');
    },
  );

  it.each(waysIn)('%s, and is refused with the configured names and patterns', (_way, targetOf) => {
    const message = messageOf(() => targetOf('pay-api'));
    expect(message).toMatch(/^ConfigurationError: /);
    expect(message).toContain('pay-api');
    expect(message).toMatch(/shop-web.*shop-\*|shop-\*.*shop-web/);
  });

  it.each(events)('%s, and is ignored if it is not configured', (_way, targetOf) => {
    expect(targetOf('pay-api')).toBeUndefined();
  });
});

it('an event of another account, Region or cluster does not concern a matched service', () => {
  const event = deploymentEvent('shop-api', 'SERVICE_DEPLOYMENT_COMPLETED');
  const others = [
    { ...event, account: '333333333333' },
    { ...event, region: 'us-east-1' },
    { ...event, resources: [arn('service/other/shop-api')] },
    { ...event, account: '333333333333', resources: ['arn:aws:ecs:eu-west-1:333333333333:service/shop/shop-api'] },
  ];
  expect(others.map((one) => parseWakeEvent(one, config, 'production').targets)).toEqual([[], [], [], []]);
});

it('the examples in messages use an existing target: a named one, or else an example of a pattern', () => {
  expect(listTargetNames(config)).toEqual(['test/shop-web', 'test/shop-*']);
  expect(createExampleTargetName(config)).toBe('test/shop-web');
  expect(createExampleTargetName(validateConfig(withTargets({ match }) as never))).toBe('t0/shop-web');
});

it('an alarm concerns the patterns of its account and Region, and an alarm of target tracking concerns none', () => {
  const alarm = (alarmName: string, region = 'eu-west-1') =>
    parseRollbackRequest(
      {
        source: 'aws.cloudwatch',
        account: '222222222222',
        region,
        time: '2026-11-23T10:00:00Z',
        'detail-type': 'CloudWatch Alarm State Change',
        detail: { alarmName, state: { value: 'ALARM' } },
      },
      config,
      'production',
    ).patterns.map(({ name }) => name);
  expect(alarm('errors')).toEqual(['test/shop-*']);
  expect(alarm('errors', 'us-east-1')).toEqual([]);
  expect(alarm('TargetTracking-service/shop/shop-api-AlarmLow-1')).toEqual([]);
});
