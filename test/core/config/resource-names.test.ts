import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import {
  configForStage,
  deploymentRoleName,
  isRollbackExecution,
  pipelineNames,
  resourceNames,
} from '../../../core/config/resource-names.ts';
import { getTargetByName } from '../../../core/config/targets.ts';

const config = validateConfig({
  name: 'sixteen-letters1',
  build: { account: '109876543210', region: 'eu-west-1' },
  provider: 'TenLetters',
  targets: [
    {
      name: 'test',
      account: '210987654321',
      region: 'eu-west-1',
      cluster: 'shop',
      services: [{ name: 'web', containers: ['app'], executionRole: 'web-execution' }],
    },
  ],
  pipelines: [
    {
      name: 'twenty-four-letters-long',
      source: { type: 's3', bucket: 'sources', key: 'shop.zip' },
      deploys: ['test/web'],
    },
  ],
});

const create = { port: 8080, healthPath: '/', image: 'nginx', desiredCount: 2 };
const longest = 'fourteen-chars';
const texts = (stage: string): Record<string, string> => {
  const names = resourceNames(config, stage);
  return {
    ...names,
    ...pipelineNames(config, config.pipelines[0]!, stage),
    entry: names.entry('rollback', 'twenty-letters-target'),
    function: names.function('report-dead-execution'),
    of: names.of('events'),
  };
};

describe('names', () => {
  it('all differ between two stages', () => {
    const [one, other] = [texts('production'), texts('dev')];
    expect(Object.keys(one).filter((name) => one[name] === other[name])).toEqual([]);
    expect(deploymentRoleName(config.targets[0]!, 'dev')).toBe('test-deployment-dev');
  });

  it('of a created service differ by stage, also in the target account', () => {
    const [target] = config.targets;
    const created = { ...config, targets: [{ ...target!, services: [{ ...target!.services[0]!, create }] }] };
    expect(configForStage(created, 'dev').targets[0]).toMatchObject({
      cluster: 'shop-dev',
      services: [{ name: 'web', executionRole: 'web-execution-dev', family: 'web-dev', logGroup: '/ecs/web-dev' }],
    });
    expect(getTargetByName(created, 'test/web', 'dev').cluster).toBe('shop-dev');
    expect(configForStage(config, 'dev')).toEqual(config);
  });

  it('are exactly as configured on the default stage', () => {
    expect(resourceNames(config, 'production').provider).toBe('TenLetters');
    expect(deploymentRoleName(config.targets[0]!, 'production')).toBe('test-deployment');
  });

  // botocore: s3 bucket 63, iam roleNameType 64, lambda FunctionName 64, states Name 80, events RuleName 64; CodePipeline's quota for a provider 25.
  it.each([
    ['bucket', 63],
    ['role', 64],
    ['buildRole', 64],
    ['function', 64],
    ['machine', 80],
    ['of', 64],
    ['provider', 25],
  ])("are within AWS's limits: the longest %s has at most %i characters", (name, limit) => {
    expect(texts(longest)[name]!.length).toBeLessThanOrEqual(limit);
  });

  it('refuse a provider that has more than 25 characters with its stage, and say how many it has', () => {
    const long = { ...config, provider: 'p'.repeat(25) };
    expect(resourceNames(long, 'production').provider).toHaveLength(25);
    expect(() => resourceNames(long, 'dev')).toThrow(
      `The provider "${'p'.repeat(25)}-dev" has 29 characters, and CodePipeline accepts 25: shorten provider`,
    );
  });

  it.each(['', 'Production', 'a-stage-too-long', '1st', 'my_stage'])('cannot be built for the stage "%s"', (stage) => {
    expect(() => resourceNames(config, stage)).toThrow('must be 1-14 lower-case letters');
  });
});

describe('an execution of a rollback is recognized by the name of its machine:', () => {
  it.each([
    ['gantry-production-rollback:test_manual', true],
    ['gantry-production-rollback_test:manual', true],
    ['gantry-production-deploy:test_rollback', false],
    ['gantry-production-deploy_x-rollback:manual', false],
    ['gantry-production-deploy_test:x-rollback', false],
  ])('%s: %j', (name, expected) => {
    expect(isRollbackExecution(`arn:aws:states:eu-west-1:111111111111:execution:${name}`)).toBe(expected);
  });
});
