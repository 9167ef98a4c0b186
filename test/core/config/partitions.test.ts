import { describe, expect, it } from 'vitest';
import { findConfigErrors, parseConfig } from '../../../core/config/check.ts';
import { deploymentRoleArn } from '../../../core/config/targets.ts';

const account = '123123123123';
const connection = (partition: string) =>
  `arn:${partition}:codeconnections:eu-west-1:${account}:connection/00000000-0000-0000-0000-000000000001`;
const target = (region: string) => ({
  name: 'test',
  account,
  region,
  cluster: 'shop',
  services: [{ name: 'web', containers: ['app'], executionRole: 'web-execution' }],
});
const configIn = (buildRegion: string, more: object = {}) => ({
  name: 'gantry',
  build: { account, region: buildRegion },
  targets: [target(buildRegion)],
  ...more,
});
const pipelineFrom = (source: object) => [{ name: 'shop', source, deploys: ['test/web'] }];
const git = (partition: string) => ({
  type: 'connection',
  connection: connection(partition),
  repository: 'shop/web',
  branch: 'main',
});

describe('a configuration', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-gov-east-1', 'aws-us-gov'],
  ])('can be in %s, where ARNs begin with arn:%s:', (region, partition) => {
    const config = parseConfig(configIn(region), 'gantry.config.ts');
    expect(deploymentRoleArn(config.targets[0]!)).toBe(`arn:${partition}:iam::${account}:role/test-deployment`);
  });

  it.each(['us-iso-east-1', 'eu-isoe-west-1', 'eusc-de-east-1', 'cn-south-9', 'us-gov-north-1'])(
    'cannot be in %s',
    (region) => {
      expect(findConfigErrors(configIn(region))).toContainEqual(
        `build.region must be a Region of the partitions aws, aws-cn or aws-us-gov, such as eu-west-1; found "${region}".`,
      );
    },
  );

  it.each([
    ['targets[0].region', 'eu-west-1', { targets: [target('cn-north-1')] }, 'cn-north-1', 'aws-cn'],
    ['targets[0].region', 'cn-north-1', { targets: [target('eu-west-1')] }, 'eu-west-1', 'aws'],
    ['targets[0].region', 'us-gov-west-1', { targets: [target('us-west-1')] }, 'us-west-1', 'aws'],
    [
      'targets[1].region',
      'us-east-1',
      { targets: [target('us-west-2'), { ...target('us-gov-west-1'), name: 'prod' }] },
      'us-gov-west-1',
      'aws-us-gov',
    ],
    ['alarmTopic', 'cn-north-1', { alarmTopic: `arn:aws:sns:eu-west-1:${account}:ops` }, undefined, 'aws'],
    [
      'artifactStores[0].key',
      'us-gov-west-1',
      { artifactStores: [{ bucket: 'store', key: `arn:aws-cn:kms:cn-north-1:${account}:key/1` }] },
      undefined,
      'aws-cn',
    ],
    [
      'pipelines[0].source.connection',
      'us-gov-west-1',
      { pipelines: pipelineFrom(git('aws')) },
      connection('aws'),
      'aws',
    ],
  ])('refuses %s of another partition than %s', (field, buildRegion, more, found, partition) => {
    const errors = findConfigErrors(configIn(buildRegion, more));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^${field.replace(/[[\]]/g, '\\$&')} must be in the partition `));
    expect(errors[0]).toContain(`which is in ${partition}. Install Gantry a second time`);
    if (found !== undefined) expect(errors[0]).toContain(JSON.stringify(found));
  });

  it('accepts ARNs of its own partition', () => {
    const more = {
      alarmTopic: `arn:aws-us-gov:sns:us-gov-west-1:${account}:ops`,
      artifactStores: [{ bucket: 'store', key: `arn:aws-us-gov:kms:us-gov-west-1:${account}:key/1` }],
      pipelines: pipelineFrom(git('aws-us-gov')),
    };
    expect(findConfigErrors(configIn('us-gov-west-1', more))).toEqual([]);
  });

  it('reports a Region that does not exist once', () => {
    expect(findConfigErrors(configIn('eu-west-1', { targets: [target('nowhere')] }))).toHaveLength(1);
  });
});
