import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { functionFiles } from '../../infra/policies-functions.ts';
import { declareSystem } from '../../infra/system.ts';
import { actionProperties, jobInput, roleArn, runRefused, targetFields } from './attempts.ts';

const { handler: readImages } = await import('../../functions/read-images.ts');
const { handler: decideRollback } = await import('../../functions/decide-rollback.ts');

const execution = 'arn:aws:states:eu-west-1:111111111111:execution:deploy:1';
const stranger = 'arn:aws:iam::999999999999:role/test-deployment';
const images = [{ name: 'app', imageUri: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1' }];
const byHand = (target: object | string, rest: object = { images }) => ({ target, ...rest });
const notConfigured =
  /must be the role of a target in gantry\.config\.ts \(arn:aws:iam::222222222222:role\/test-deployment/;

describe('a target that is not configured is refused before any call to AWS:', () => {
  it.each<[string, unknown, RegExp]>([
    ["a job with another account's role", jobInput({ ...actionProperties, RoleArn: stranger }), notConfigured],
    [
      'a job with an administrator role of a target account',
      jobInput({ ...actionProperties, RoleArn: 'arn:aws:iam::222222222222:role/OrganizationAccountAccessRole' }),
      notConfigured,
    ],
    [
      'a job with the role under a path',
      jobInput({ ...actionProperties, RoleArn: `${roleArn}/../admin` }),
      notConfigured,
    ],
    [
      'a job with a line break after the role',
      jobInput({ ...actionProperties, RoleArn: `${roleArn}\n` }),
      notConfigured,
    ],
    [
      'a job with another cluster',
      jobInput({ ...actionProperties, ClusterName: 'payroll' }),
      /The cluster payroll in eu-west-1 is not one that/,
    ],
    [
      'a job with another Region',
      jobInput({ ...actionProperties, Region: 'us-east-1' }),
      /The cluster web-shop in us-east-1 is not one that/,
    ],
    [
      "a job with another cluster's ARN",
      jobInput({ ...actionProperties, ClusterName: 'arn:aws:ecs:eu-west-1:999999999999:cluster/payroll' }),
      /ClusterName: must be of the target's own account and Region.*payroll/,
    ],
    [
      "a job with the ARN of the target account's other cluster",
      jobInput({ ...actionProperties, ClusterName: 'arn:aws:ecs:eu-west-1:222222222222:cluster/payroll' }),
      /The cluster payroll/,
    ],
    [
      'a job with an additional property',
      jobInput({ ...actionProperties, Endpoint: 'https://evil.example' }),
      /no property "Endpoint"/,
    ],
    ["an input with another account's role", byHand({ ...targetFields, roleArn: stranger }), notConfigured],
    ['an input with another cluster', byHand({ ...targetFields, cluster: 'payroll' }), /The cluster payroll/],
    ['an input with an unknown name', byHand('prod/../admin'), /target: must be one of test\/web, prod\/web/],
    ['an input with a property name of every object', byHand('__proto__'), /target: must be one of/],
    ['an input with an additional field', byHand('test/web', { images, credentials: {} }), /no property "credentials"/],
    [
      'an input with the revision of another account',
      byHand('test/web', { revision: 'arn:aws:ecs:eu-west-1:999999999999:task-definition/web:1' }),
      /own account and Region/,
    ],
    [
      'an image of a registry that is not listed',
      byHand('test/web', { images: [{ name: 'app', imageUri: 'evil.example/web:1' }] }),
      /The image "evil\.example\/web:1" of 'app' is not allowed: add 'evil\.example\/web' to registries/,
    ],
    [
      'an artifact at an access point',
      byHand('test/web', { artifact: { bucket: 'arn:aws:s3:eu-west-1:999999999999:accesspoint/x', key: 'k' } }),
      /must be the name of a bucket/,
    ],
    [
      'an artifact whose key cannot be part of a URL',
      byHand('test/web', { artifact: { bucket: 'artifacts', key: 'x\ud800' } }),
      /must be the key of an object/,
    ],
    [
      'an artifact at another host',
      jobInput(actionProperties, { bucket: 'evil.example/x?', key: 'k' }),
      /must be the name of a bucket/,
    ],
  ])('%s', async (_, input, message) => {
    const { name, message: said, lines } = await runRefused(readImages, { execution, input });
    expect(said).toMatch(message);
    expect(name).toBe('ConfigurationError');
    expect(lines.at(-1)).toMatchObject({ level: 'ERROR', failure: { name, message: said }, execution });
  });

  it.each<[string, object, RegExp]>([
    ["another account's role", { target: { ...targetFields, roleArn: stranger } }, notConfigured],
    ['another cluster', { target: { ...targetFields, cluster: 'payroll' } }, /The cluster payroll/],
    [
      "another account's revision",
      { target: 'test/web', revision: 'arn:aws:ecs:eu-west-1:999999999999:task-definition/web:1' },
      /own account and Region/,
    ],
  ])('a rollback to %s', async (_, input, message) => {
    const { name, message: said, lines } = await runRefused(decideRollback, { execution, input });
    expect(said).toMatch(message);
    expect([name, lines.at(-1)?.level]).toEqual(['ConfigurationError', 'ERROR']);
  });
});

describe('the policies also refuse what the code would let through:', () => {
  const system = declareSystem(example, { stage: 'production', keyArn: 'arn:aws:kms:eu-west-1:111111111111:key/1' });
  const statements = (file: string) =>
    Object.values(system.roles.find(({ name }) => name === `gantry-production-${file}`)?.policies ?? {}).flatMap(
      (policy) => policy.Statement,
    );

  it.each(functionFiles.map((file) => [file]))('%s is allowed to assume the configured roles or none', (file) => {
    const mayAssume = statements(file).filter(({ Action }) => Action.some((action) => action.startsWith('sts:')));
    for (const { Action, Resource, Effect } of mayAssume)
      expect([Effect, Action, Resource]).toEqual([
        'Allow',
        ['sts:AssumeRole'],
        [roleArn, 'arn:aws:iam::333333333333:role/prod-deployment'],
      ]);
    expect(statements(file).flatMap(({ Action }) => Action)).not.toContain('*');
  });

  it('reads images only of the repositories that the configuration allows', () => {
    const asked = statements('read-images').filter(({ Action }) => Action.some((action) => action.startsWith('ecr:')));
    expect(asked.map(({ Resource }) => Resource)).toEqual([
      ['arn:aws:ecr:*:111111111111:repository/web-shop-production', 'arn:aws:ecr:*:111111111111:repository/legacy/*'],
    ]);
  });
});
