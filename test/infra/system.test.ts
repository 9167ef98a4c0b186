import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import { renderDefinition, substituteTokens } from '../../infra/asl.ts';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { functionFiles } from '../../infra/policies-functions.ts';
import { declareSystem } from '../../infra/system.ts';
import { declareForwardingRules } from '../../infra/system-forwarding.ts';
import { listStateMachines } from '../../infra/system-state-machines.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import { compileEventPattern } from '../../local/events/pattern.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { exampleWithSource, exampleWithTargets } from '../example-config.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
const on = (stage: string, config = example) => declareSystem(config, { stage, keyArn });
const system = on('production');

describe('the pipeline', () => {
  it('goes from source to build to each target in order, with the approval before the deployment', () => {
    const path = getFirstPipeline(system).pipeline.stages.flatMap(({ name, actions }) =>
      actions.map((action) => `${name}/${action.name} ${action.actionTypeId.provider} ${action.runOrder}`),
    );
    expect(path).toEqual([
      'Source/Source CodeStarSourceConnection 1',
      'Build/Build CodeBuild 1',
      'Deploy-test/Deploy-web Gantry 1',
      'Deploy-prod/Approve Manual 1',
      'Deploy-prod/Deploy-web Gantry 2',
    ]);
  });

  it('sets only properties that the action type has, and all that it requires', () => {
    const known = system.actionType.configurationProperties;
    const deployments = getFirstPipeline(system)
      .pipeline.stages.flatMap((stage) => stage.actions)
      .filter((action) => action.actionTypeId.owner === 'Custom');
    for (const { configuration } of deployments) {
      const given = Object.keys(configuration);
      expect(given.filter((name) => !known.some((property) => property.name === name))).toEqual([]);
      expect(known.filter((property) => property.required && !given.includes(property.name))).toEqual([]);
    }
  });

  it('encrypts its artifacts and those of its build with the key, by its ARN', () => {
    expect(getFirstPipeline(system).pipeline.artifactStore.encryptionKey).toEqual({ id: keyArn, type: 'KMS' });
    expect(getFirstPipeline(system).project.encryptionKey).toBe(keyArn);
  });

  it('passes the external id to the deployment if the target requires one', () => {
    const [first] = example.targets;
    const asking = on('production', validateConfig(exampleWithTargets([{ ...first!, externalId: 'shop-7' }])));
    expect(getFirstPipeline(asking).pipeline.stages[2]!.actions[0]!.configuration).toMatchObject({
      ExternalId: 'shop-7',
    });
  });

  it('reads its sources from a bucket if one is configured', () => {
    const fromBucket = validateConfig(exampleWithSource({ type: 's3', bucket: 'sources', key: 'shop.zip' }));
    const [source] = getFirstPipeline(on('production', fromBucket)).pipeline.stages[0]!.actions;
    expect(source).toMatchObject({
      actionTypeId: { provider: 'S3' },
      configuration: { S3Bucket: 'sources', S3ObjectKey: 'shop.zip' },
    });
  });
});

describe('the action type', () => {
  const { configurationProperties, settings } = system.actionType;

  it("respects CodePipeline's limits", () => {
    expect(configurationProperties.length).toBeLessThanOrEqual(10);
    for (const { name, description } of configurationProperties) {
      expect(name.length).toBeLessThanOrEqual(50);
      expect(description.length).toBeLessThanOrEqual(160);
    }
  });

  it('links only to required properties', () => {
    const linked = [
      ...Object.values(settings)
        .join(' ')
        .matchAll(/\{Config:(\w+)\}/g),
    ].map(([, name]) => name);
    const required = configurationProperties.filter((property) => property.required).map((property) => property.name);
    expect(linked.filter((name) => !required.includes(name!))).toEqual([]);
    expect(settings.executionUrlTemplate).toContain('{ExternalExecutionId}');
  });
});

describe('the workflow', () => {
  it('installs every function', () => {
    const files = readdirSync('functions').map((file) => file.replace(/\.ts$/, ''));
    expect([...functionFiles].sort()).toEqual(files.sort());
  });

  it.each(listStateMachines(system))('has a function for each token of $file, and no token left', (machine) => {
    const versions = machine.functions.map((file, index) => `arn:${file}:${index}`);
    const definition = renderDefinition(readFileSync(machine.file, 'utf8'), machine, versions);
    expect(definition).not.toContain('${');
    for (const arn of versions) expect(definition).toContain(`"${arn}"`);
  });

  it.each([
    ['a token without a function', '{"Resource": "${Nobody}"}', {}, 'Nobody'],
    ['a function without a state', '{}', { ReadImages: 'arn' }, 'ReadImages'],
  ])('refuses %s', (_name, definition, tokens, named) => {
    expect(() => substituteTokens(definition, tokens)).toThrow(named);
  });

  it('lets only its own rules invoke functions, and only functions that are not states', () => {
    const invoked = system.functions.flatMap(({ file, invokedBy }) =>
      invokedBy.map(({ sourceArn }) => [file, sourceArn]),
    );
    expect(invoked).toEqual([
      ['take-job', 'arn:aws:events:eu-west-1:111111111111:rule/gantry-production-take-job'],
      ['wake', 'arn:aws:events:eu-west-1:111111111111:rule/gantry-production-wake'],
      ['announce-end', 'arn:aws:events:eu-west-1:111111111111:rule/gantry-production-announce-end'],
      ['report-dead-execution', 'arn:aws:events:eu-west-1:111111111111:rule/gantry-production-report-dead-execution'],
    ]);
  });

  it('gives each function its own role', () => {
    const roles = new Set(system.functions.map((one) => one.role));
    expect(roles.size).toBe(system.functions.length);
    expect([...roles].filter((arn) => !system.roles.some((role) => role.arn === arn))).toEqual([]);
  });
});

describe('a target account', () => {
  it('forwards its events to the build account, whose bus accepts them', () => {
    const rules = system.rules.filter((rule) => rule.account === '222222222222');
    const target = {
      id: 'build-account',
      arn: 'arn:aws:events:eu-west-1:111111111111:event-bus/default',
      roleArn: 'arn:aws:iam::222222222222:role/gantry-production-test-events',
    };
    expect(rules.map((rule) => rule.target)).toEqual([target, target, target, target]);
    expect(system.bus.map((one) => one.account)).toEqual(['222222222222', '333333333333']);
  });

  it.each([
    ['another account', {}, ['222222222222']],
    ['another account and Region', { region: 'us-east-1' }, ['222222222222']],
    ['another Region of the build account', { account: '111111111111', region: 'us-east-1' }, ['111111111111']],
    ['the build account and Region', { account: '111111111111' }, []],
    ['another account that forwards no events', { events: 'none' as const }, []],
    [
      'another Region of the build account that forwards no events',
      { account: '111111111111', region: 'us-east-1', events: 'none' as const },
      [],
    ],
  ])('in %s has the bus statement that its rules need, and no other', (_name, change, accounts) => {
    const { bus, rules } = on(
      'production',
      validateConfig(exampleWithTargets([{ ...example.targets[0]!, ...change }])),
    );
    const forwarding = rules.filter((rule) => rule.target.id === 'build-account');
    expect([...new Set(forwarding.map(({ account }) => account))]).toEqual(accounts);
    expect(bus.map(({ account }) => account)).toEqual(accounts);
    expect(bus.map(({ statement }) => statement.Principal)).toEqual(
      accounts.map((account) => ({ AWS: [`arn:aws:iam::${account}:root`] })),
    );
  });

  it('shares one bus statement with the other targets of its account', () => {
    const [first] = example.targets;
    const services = first!.services.map(({ create: _create, ...service }) => service);
    const again = { ...first!, name: 'again', region: 'us-east-1', services };
    const { bus } = on('production', validateConfig(exampleWithTargets([first!, again])));
    expect(bus.map(({ account }) => account)).toEqual(['222222222222']);
  });

  it('with many services has several rules, whose patterns EventBridge accepts and which cover every service', () => {
    const [first] = example.targets;
    const names = Array.from({ length: 100 }, (_, index) => `service-${index}`);
    const services = names.map((name) => ({ ...first!.services[0]!, name, fileName: `${name}.json` }));
    const many = validateConfig(exampleWithTargets([{ ...first!, services }]));
    const rules = declareForwardingRules(resolveInstallation(many, 'production', keyArn), many.targets[0]!);
    const patterns = rules.map((rule) => rule.pattern);
    expect(patterns.filter((pattern) => JSON.stringify(pattern).length > 2048)).toEqual([]);
    for (const type of ['ECS Deployment State Change', 'ECS Task State Change']) {
      const text = JSON.stringify(patterns.filter((pattern) => JSON.stringify(pattern).includes(type)));
      expect(names.filter((name) => !new RegExp(`[/:"]${name}"`).test(text))).toEqual([]);
    }
    expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length);
  });

  it.each([
    ['an alarm that the configuration names', 'web-5xx', 'ALARM', true],
    ['an alarm that only the service may name', 'any', 'ALARM', true],
    ['an alarm of target tracking', 'TargetTracking-service/web-shop/web-AlarmLow-1', 'ALARM', false],
    ['an alarm that is over', 'web-5xx', 'OK', false],
  ])('forwards %s: %s, %s', (_, alarmName, value, forwarded) => {
    const event = {
      source: 'aws.cloudwatch',
      account: '222222222222',
      'detail-type': 'CloudWatch Alarm State Change',
      detail: { alarmName, state: { value } },
    };
    for (const purpose of ['test-alarms', 'production-alarm']) {
      const pattern = system.rules.find(({ name }) => name.endsWith(purpose))?.pattern;
      expect(compileEventPattern(JSON.stringify(pattern))(event), purpose).toBe(forwarded);
    }
  });

  it('starts a rollback for events of target accounts only, with a role that is allowed nothing else', () => {
    const rules = system.rules.filter((rule) => rule.target.arn === system.rollbackMachine.arn);
    expect(rules.map(({ name, pattern }) => [name, pattern.account])).toEqual([
      ['gantry-production-alarm', ['222222222222', '333333333333']],
    ]);
    const [role] = new Set(rules.map(({ target }) => target.roleArn));
    expect(system.roles.find(({ arn }) => arn === role)?.policies.rights?.Statement).toMatchObject([
      { Action: ['states:StartExecution'], Resource: [system.rollbackMachine.arn] },
    ]);
    for (const { target } of rules) expect(target.deadLetters).toBe(system.deadLetters.arn);
  });

  it('can be set up from a CloudFormation template with the same policies, with the key as a parameter', () => {
    const { Resources } = createTargetTemplate(example, 'test') as {
      Resources: Record<string, { Properties: Record<string, unknown> }>;
    };
    const expected = system.roles.find((role) => role.name === 'test-deployment')!;
    const { Policies, AssumeRolePolicyDocument } = Resources.TestDeploymentRole!.Properties;
    const withKey = JSON.parse(JSON.stringify(Policies).replaceAll('{"Ref":"ArtifactKeyArn"}', JSON.stringify(keyArn)));
    expect(AssumeRolePolicyDocument).toEqual(expected.trust);
    expect(withKey).toEqual([{ PolicyName: 'deployment', PolicyDocument: expected.policies.deployment }]);
    expect(Object.values(Resources).length).toBe(9);
  });

  it('that does not exist has no template', () => {
    expect(() => createTargetTemplate(example, 'tset')).toThrow('there are: test, prod');
  });
});

it('two stages create no resource with the same name', () => {
  const namesIn = (stage: string) => {
    const { roles, rules, functions, alarms, services, names, pipelines, table } = on(stage);
    const created = pipelines.flatMap(({ pipeline, project, bucket }) => [pipeline, project, bucket]);
    const lists = [roles, rules, functions, alarms, created, [table]].flat().map((one) => one.name);
    const made = services.flatMap((one) => [one.cluster, one.balancer, one.logGroup, one.taskDefinition.family]);
    return [...lists, ...made, names.provider, names.keyAlias];
  };
  const others = namesIn('dev');
  expect(namesIn('production').filter((name) => others.includes(name))).toEqual([]);
});

it('two created services with the same execution role have one role, for the logs of both', () => {
  const [target] = example.targets;
  const services = ['web', 'api'].map((name) => ({ ...target!.services[0]!, name, taskRoles: [] }));
  const { roles } = on('production', validateConfig(exampleWithTargets([{ ...target!, services }])));
  const [role, ...others] = roles.filter((one) => one.name === 'web-execution');
  expect(others).toEqual([]);
  expect(role?.policies.start?.Statement.find((one) => one.Sid === 'Log')?.Resource).toEqual([
    'arn:aws:logs:eu-west-1:222222222222:log-group:/ecs/web:*',
    'arn:aws:logs:eu-west-1:222222222222:log-group:/ecs/api:*',
  ]);
});

it('an existing service is the same on every stage', () => {
  const { create: _create, ...service } = example.targets[0]!.services[0]!;
  const existing = validateConfig(exampleWithTargets([{ ...example.targets[0]!, services: [service] }]));
  const deployment = getFirstPipeline(on('dev', existing)).pipeline.stages[2]!.actions[0]!;
  expect(deployment.configuration).toMatchObject({ ClusterName: 'web-shop', ServiceName: 'web' });
});

it('a target of more services than a role has room for is refused here', () => {
  const [target] = example.targets;
  const [service] = target!.services;
  const withServices = (count: number) => {
    const services = Array.from({ length: count }, (_, index) => ({ ...service!, name: `shop-${index}` }));
    return validateConfig(exampleWithTargets([{ ...target!, services }]));
  };
  expect(() => on('production', withServices(20))).not.toThrow();
  expect(() => on('production', withServices(30))).toThrow(
    /test has 30 services.*role test-deployment.*IAM accepts 10240/s,
  );
  expect(() => createTargetTemplate(withServices(30), 'test')).toThrow('IAM accepts 10240');
});

it('a target that reads the artifacts of more pipelines than a role has room for is refused with this reason', () => {
  const [target] = example.targets;
  const withPipelines = (artifactAccess: 'read' | 'none') =>
    validateConfig({
      ...example,
      targets: [{ ...target!, services: [], artifactAccess, match: { services: '*', passRoles: ['web-*'] } }],
      pipelines: Array.from({ length: 100 }, (_, index) => ({
        ...example.pipelines[0]!,
        name: `shop-${index}`,
        deploys: [`test/web-${index}`],
      })),
    });
  expect(() => createTargetTemplate(withPipelines('read'), 'test')).toThrow(
    /targets\.test has access to the artifacts of 100 pipelines, so .* IAM accepts 10240\. With artifactAccess: 'none', the role/,
  );
  expect(() => createTargetTemplate(withPipelines('none'), 'test')).not.toThrow();
});
