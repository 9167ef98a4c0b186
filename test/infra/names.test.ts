import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findConfigErrors, validateConfig } from '../../core/config/check.ts';
import type { Config, ConfigInput } from '../../core/config/schema.ts';
import example from '../../infra/config.ts';
import { splitRoleName } from '../../infra/policy.ts';
import { declareSystem, type SystemDeclaration } from '../../infra/system.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';
import { deployTo, exampleWithTargets } from '../example-config.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000';

/** AWS's rules for a kind of name, with the source, and all names of that kind in an installation. Each name has the scope in which it must be unique. */
interface NameKind {
  kind: string;
  accepts: RegExp;
  source: string;
  names: (system: SystemDeclaration) => [place: string, name: string][];
}

const inBuild = (...names: string[]): [string, string][] => names.map((name) => ['build', name]);
const rolesOf = ({ roles }: SystemDeclaration) => roles.map((role) => ({ ...role, ...splitRoleName(role.name) }));

const kinds: NameKind[] = [
  {
    kind: 'role',
    accepts: /^[\w+=,.@-]{1,64}$/,
    source: 'botocore iam roleNameType',
    names: (system) => rolesOf(system).map(({ account, name }) => [account, name]),
  },
  {
    kind: 'role description',
    accepts: /^[\t\n\r -~¡-ÿ]{0,1000}$/,
    source: 'botocore iam roleDescriptionType',
    names: ({ roles }) => roles.map(({ description }, at) => [String(at), description]),
  },
  {
    kind: 'role path',
    accepts: /^(\/|\/[!-~]{1,510}\/)$/,
    source: 'botocore iam pathType',
    names: (system) => rolesOf(system).map(({ path = '/' }, at): [string, string] => [String(at), path]),
  },
  {
    kind: 'rule',
    accepts: /^[.\-_A-Za-z0-9]{1,64}$/,
    source: 'botocore events RuleName',
    names: ({ rules }) => rules.map(({ account, region, name }) => [`${account} ${region}`, name]),
  },
  {
    kind: 'bus statement',
    accepts: /^[a-zA-Z0-9-_]{1,64}$/,
    source: 'botocore events StatementId',
    names: ({ bus }) => inBuild(...bus.map(({ statement }) => statement.Sid)),
  },
  {
    kind: 'schedule',
    accepts: /^[0-9a-zA-Z-_.]{1,64}$/,
    source: 'botocore scheduler Name',
    names: ({ schedules }) => inBuild(...schedules.map(({ name }) => name)),
  },
  {
    kind: 'function',
    accepts: /^[a-zA-Z0-9-_]{1,64}$/,
    source: 'Lambda API, CreateFunction',
    names: ({ functions }) => inBuild(...functions.map(({ name }) => name)),
  },
  {
    kind: 'state machine',
    accepts: /^[\w-]{1,80}$/,
    source: 'botocore stepfunctions Name',
    names: (system) => inBuild(...listStateMachines(system).map(({ name }) => name)),
  },
  {
    kind: 'bucket',
    accepts: /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    source: 'S3 User Guide, "General purpose bucket naming rules"',
    names: ({ pipelines }) => inBuild(...pipelines.map(({ bucket }) => bucket.name)),
  },
  {
    kind: 'repository',
    accepts: /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/,
    source: 'botocore ecr RepositoryName',
    names: ({ pipelines }) => inBuild(...pipelines.map(({ repository }) => repository.name)),
  },
  {
    kind: 'key alias',
    accepts: /^alias\/(?!aws\/)[a-zA-Z0-9:/_-]{1,250}$/,
    source: 'botocore kms AliasNameType',
    names: ({ key }) => inBuild(...(key === undefined ? [] : [key.alias])),
  },
  {
    kind: 'project',
    accepts: /^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/,
    source: 'botocore codebuild ProjectName',
    names: ({ pipelines }) => inBuild(...pipelines.map(({ project }) => project.name)),
  },
  {
    kind: 'pipeline',
    accepts: /^[A-Za-z0-9.@\-_]{1,100}$/,
    source: 'botocore codepipeline PipelineName',
    names: ({ pipelines }) => inBuild(...pipelines.map(({ pipeline }) => pipeline.name)),
  },
  {
    kind: 'stage',
    accepts: /^[A-Za-z0-9.@\-_]{1,100}$/,
    source: 'botocore codepipeline StageName',
    names: ({ pipelines }) =>
      pipelines.flatMap(({ pipeline }) => pipeline.stages.map(({ name }): [string, string] => [pipeline.name, name])),
  },
  {
    kind: 'action',
    accepts: /^[A-Za-z0-9.@\-_]{1,100}$/,
    source: 'botocore codepipeline ActionName',
    names: ({ pipelines }) =>
      pipelines.flatMap(({ pipeline }) =>
        pipeline.stages.flatMap((stage) =>
          stage.actions.map(({ name }): [string, string] => [`${pipeline.name} ${stage.name}`, name]),
        ),
      ),
  },
  {
    kind: 'namespace',
    accepts: /^[A-Za-z0-9@\-_]{1,100}$/,
    source: 'botocore codepipeline ActionNamespace',
    names: ({ pipelines }) =>
      pipelines.flatMap(({ pipeline }) =>
        pipeline.stages.flatMap(({ actions }) =>
          actions.flatMap(({ namespace }): [string, string][] =>
            namespace === undefined ? [] : [[pipeline.name, namespace]],
          ),
        ),
      ),
  },
  {
    kind: 'provider',
    accepts: /^[0-9A-Za-z_-]{1,25}$/,
    source: 'CodePipeline User Guide, "Quotas" (botocore codepipeline ActionProvider: 35)',
    names: ({ actionType }) => inBuild(actionType.provider),
  },
  {
    kind: 'alarm',
    accepts: /^.{1,255}$/,
    source: 'botocore cloudwatch AlarmName',
    names: ({ alarms }) => inBuild(...alarms.map(({ name }) => name)),
  },
  {
    kind: 'queue',
    accepts: /^[\w-]{1,80}$/,
    source: 'SQS API, CreateQueue',
    names: ({ deadLetters }) => inBuild(deadLetters.name),
  },
  {
    kind: 'topic',
    accepts: /^[\w-]{1,256}$/,
    source: 'SNS API, CreateTopic',
    names: ({ notification }) => inBuild(...(notification ? [notification.topic.name] : [])),
  },
  {
    kind: 'table',
    accepts: /^[a-zA-Z0-9_.-]{3,255}$/,
    source: 'botocore dynamodb TableName',
    names: ({ table }) => inBuild(table.name),
  },
  {
    kind: 'load balancer',
    accepts: /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/,
    source: 'elasticloadbalancing API, CreateLoadBalancer',
    names: ({ services }) => services.map((one) => [`${one.account} ${one.region}`, one.balancer]),
  },
  {
    kind: 'target group',
    accepts: /^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/,
    source: 'elasticloadbalancing API, CreateTargetGroup',
    names: ({ services }) => services.map((one) => [`${one.account} ${one.region}`, one.targetGroup]),
  },
  {
    kind: 'security group',
    accepts: /^(?!sg-)[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/,
    source: 'EC2 API, CreateSecurityGroup',
    names: ({ services }) => services.map((one) => [`${one.account} ${one.region}`, `${one.balancer}-balancer`]),
  },
  {
    kind: 'cluster',
    accepts: /^[A-Za-z0-9_-]{1,255}$/,
    source: 'ECS API, CreateCluster',
    names: ({ services }) => services.map((one, at) => [String(at), one.cluster]),
  },
  {
    kind: 'family',
    accepts: /^[A-Za-z0-9_-]{1,255}$/,
    source: 'ECS API, RegisterTaskDefinition',
    names: ({ services }) => services.map((one, at) => [String(at), one.taskDefinition.family]),
  },
  {
    kind: 'log group',
    accepts: /^[.\-_/#A-Za-z0-9]{1,512}$/,
    source: 'botocore logs LogGroupName',
    names: (system) => [
      ...system.services.map((one): [string, string] => [`${one.account} ${one.region}`, one.logGroup]),
      ...inBuild(...[...system.functions, ...listStateMachines(system)].map((one) => one.logGroup)),
      ...inBuild(...system.pipelines.map(({ project }) => project.logsConfig.cloudWatchLogs.groupName)),
    ],
  },
  {
    kind: 'value of an action property',
    accepts: /^.{1,1000}$/s,
    source: 'botocore codepipeline ActionConfigurationValue',
    names: ({ pipelines }) =>
      pipelines
        .flatMap(({ pipeline }) => pipeline.stages)
        .flatMap(({ actions }) =>
          actions.flatMap(({ configuration }, at) =>
            Object.entries(configuration).map(([key, value]): [string, string] => [`${at} ${key}`, value]),
          ),
        ),
  },
];

/** The kinds of names that two resources are allowed to share. */
const shared = ['value of an action property'];

function findUnfit(system: SystemDeclaration | undefined): string[] {
  if (system === undefined) return [];
  return kinds.flatMap(({ kind, accepts, names }) => {
    const all = names(system);
    const keys = all.map((pair) => pair.join(' '));
    const twice = shared.includes(kind) ? [] : keys.filter((key, at) => keys.indexOf(key) !== at);
    const refused = all.filter(([, name]) => !accepts.test(name)).map(([, name]) => name);
    return [...refused.map((name) => `${kind} ${name}`), ...twice.map((name) => `two of ${kind} ${name}`)];
  });
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const lower = [...`${letters}0123456789-`];
const word = [...`${letters}${letters.toUpperCase()}0123456789-_`];
const text = (characters: string[], minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength, size: 'max' });
/** Names from the shortest to the longest, including names that are too long to be accepted. */
const ecsName = fc.oneof(text(word, 1, 12), text(word, 200, 256));
const roleName = fc.oneof(
  text(word, 1, 12),
  text(word, 40, 65),
  text(word, 1, 60).map((name) => `team/a/${name}`),
);
const targetName = fc.oneof(text(lower, 1, 20), fc.constantFrom('test', 'build', 'a', `a${'b'.repeat(19)}`));

const service = fc.record(
  {
    name: ecsName,
    containers: fc.constant(['app']),
    family: ecsName,
    executionRole: roleName,
    taskRoles: fc.array(roleName, { maxLength: 1 }),
    create: fc.record({ port: fc.integer({ min: 1, max: 65_535 }) }, { requiredKeys: [] }),
    externalId: fc.constant(undefined),
  },
  { requiredKeys: ['name', 'containers', 'executionRole'] },
);

const target = fc.record(
  {
    name: targetName,
    account: fc.constantFrom('111111111111', '222222222222', '333333333333'),
    region: fc.constantFrom('eu-west-1', 'ap-southeast-2'),
    cluster: ecsName,
    role: roleName,
    services: fc.array(service, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['name', 'account', 'region', 'cluster', 'services'] },
);

/** The name of the installation, or of a pipeline. */
const name = fc.oneof(
  text(lower, 2, 16).map((name) => `a${name}`.slice(0, 16)),
  fc.constantFrom(
    'internal',
    'xn--shop',
    'sthree-shop',
    'amzn-s3-demo-a',
    'web-',
    'a-very-long-name',
    'two',
    `a${'b'.repeat(23)}`,
  ),
);
const stages = ['production', 'a-long-stage-x'];

const tryConfig = (input: unknown): Config | undefined =>
  findConfigErrors(input).length > 0 ? undefined : validateConfig(input as ConfigInput);

/** Returns the declaration. Undefined for a configuration that is too large for a policy, because Gantry reports that error separately, before a deployment. */
function tryDeclaration(config: Config, stage: string): SystemDeclaration | undefined {
  try {
    return declareSystem(config, { stage, keyArn });
  } catch (error) {
    expect(String(error)).toMatch(/ConfigurationError: .*\n {2}- targets.*(too large|10240)/);
    return undefined;
  }
}

describe('a configuration that is accepted', () => {
  it('has only valid and unique names of created resources, on every stage', () => {
    let accepted = 0;
    const property = fc.property(
      name,
      fc.array(name, { maxLength: 3 }),
      fc.array(target, { minLength: 1, maxLength: 3 }),
      (own, created, given) => {
        const targets = given.map(({ services, ...rest }) => ({
          ...rest,
          services: services.map(({ externalId: _unused, ...one }) => one),
        }));
        const pipelines = created.flatMap((one) =>
          deployTo([{ ...example.pipelines[0]!, name: one }], targets as never),
        );
        const notify = { email: 'team@example.com' };
        const config = tryConfig({ ...example, name: own, targets, pipelines, notify });
        if (config === undefined) return;
        accepted += 1;
        for (const stage of stages) expect(findUnfit(tryDeclaration(config, stage))).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: 2000, seed: 14, endOnFailure: true });
    expect(accepted).toBeGreaterThan(100);
  });

  const [first] = example.targets;
  const [only] = first!.services;
  const withService = (change: object, more: object = {}) =>
    exampleWithTargets([{ ...first!, ...more, services: [{ ...only!, ...change }] }]);

  it.each([
    [
      'an execution role that leaves no room for a stage',
      withService({ executionRole: 'r'.repeat(50) }),
      'executionRole',
    ],
    ['a task role that leaves no room for a stage', withService({ taskRoles: ['r'.repeat(50)] }), 'taskRoles[0]'],
    ['a family that leaves no room for a stage', withService({ family: 'f'.repeat(241) }), 'family'],
    ['a service whose name is its family', withService({ name: 'f'.repeat(241) }), 'services[0].name'],
    ['a log group that leaves no room for a stage', withService({ logGroup: 'g'.repeat(498) }), 'logGroup'],
    ['a cluster that leaves no room for a stage', withService({}, { cluster: 'c'.repeat(241) }), 'cluster'],
    ['a role path that IAM refuses', withService({ executionRole: `${'p/'.repeat(256)}role` }), 'executionRole'],
    ['an external id that CodePipeline refuses', withService({}, { externalId: 'e'.repeat(1001) }), 'externalId'],
    [
      'a pipeline that no bucket can be named after',
      { ...example, pipelines: [{ ...example.pipelines[0]!, name: 'sthree-shop' }] },
      'pipelines[0].name',
    ],
  ])('must not have %s: the message names the field', (_what, input, field) => {
    expect(findConfigErrors(input).join('\n')).toContain(field);
  });

  it('can have longer names of services that exist already', () => {
    const { create: _create, ...existing } = only!;
    const services = [{ ...existing, executionRole: 'r'.repeat(64), family: 'f'.repeat(255) }];
    expect(findConfigErrors(exampleWithTargets([{ ...first!, services }]))).toEqual([]);
  });

  it('names the targets if there are too many for a policy of AWS', () => {
    const { create: _create, ...existing } = only!;
    const targets = Array.from({ length: 60 }, (_, at) => ({
      ...first!,
      name: `t${at}`,
      account: String(400_000_000_000 + at),
      services: [existing],
    }));
    expect(() => declareSystem(validateConfig(exampleWithTargets(targets)), { stage: 'production', keyArn })).toThrow(
      /targets and pipelines make the policy of the event bus too large: \d+, and AWS accepts 10240/,
    );
  });

  it('can change a port: the target group gets another name, and the load balancer keeps its name', () => {
    const on = (port: number) =>
      declareSystem(validateConfig(withService({ create: { port } })), { stage: 'production', keyArn }).services[0]!;
    expect(on(8080).targetGroup).not.toBe(on(9090).targetGroup);
    expect(on(8080).balancer).toBe(on(9090).balancer);
  });

  it.each(['prod-', '-prod', 'a'.repeat(15), 'Prod', ''])('cannot be deployed as the stage "%s"', (stage) => {
    expect(() => declareSystem(example, { stage, keyArn })).toThrow(/lower-case letters/);
  });
});

it.each(kinds)('the rule for the name of a $kind names its source', ({ source }) => {
  expect(source).toMatch(/botocore|API|Guide/);
});
