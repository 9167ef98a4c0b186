import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { parseDeployRequest } from '../../../core/request/parse.ts';

const migrate = { name: 'migrate', container: 'app', command: ['bin/migrate'], timeoutMinutes: 60 };
const smoke = { name: 'smoke', container: 'app', timeoutMinutes: 10 };
const service = { name: 'web', containers: ['app'], executionRole: 'web-execution' };
const config = validateConfig({
  name: 'shop',
  build: { account: '111111111111', region: 'eu-west-1' },
  targets: [
    {
      name: 'test',
      account: '222222222222',
      region: 'eu-west-1',
      cluster: 'shop',
      services: [
        { ...service, preDeploy: [migrate], postDeploy: [smoke] },
        { ...service, name: 'plain' },
      ],
    },
  ],
});
const images = [{ name: 'app', imageUri: 'nginx:1' }];
const configured = config.targets[0]!.services[0]!;
const ask = (input: unknown) => parseDeployRequest(input, config);
const job = (more: object) => ({
  job: {
    id: 'j',
    nonce: '1',
    artifact: { name: 'Built', bucket: 'artifacts', key: 'built' },
    configuration: {
      ClusterName: 'shop',
      ServiceName: 'web',
      RoleArn: 'arn:aws:iam::222222222222:role/test-deployment',
      Region: 'eu-west-1',
      ...more,
    },
  },
});

describe('the tasks of a release', () => {
  const both = { preDeploy: configured.preDeploy, postDeploy: configured.postDeploy };

  it.each<[string, unknown, object | undefined, boolean]>([
    ["are the service's, for a job", job({}), both, false],
    ["are the service's, for a manual start", { target: 'test/web', images }, both, false],
    [
      'also run if nothing is to change, if a person asks for it',
      { target: 'test/web', images, runPreDeploy: true },
      { ...both, evenIfUnchanged: true },
      true,
    ],
    [
      'do not include the skipped ones',
      { target: 'test/web', images, skipPreDeploy: true, reason: 'It ran.' },
      { ...both, preDeploy: [] },
      false,
    ],
    ['are absent if the service has none', { target: 'test/plain', images }, undefined, false],
  ])('%s', (_, input, tasks, force) => {
    const request = ask(input);
    expect(request.tasks).toEqual(tasks);
    expect(request.force).toBe(force);
  });

  it('that a person skips are named in the request, with the reason', () => {
    const skipping = { images, skipPreDeploy: true, reason: 'It ran.' };
    expect(ask({ target: 'test/web', ...skipping })).toMatchObject({ skippedTasks: ['migrate'], reason: 'It ran.' });
    expect(ask({ target: 'test/plain', ...skipping }).skippedTasks).toBeUndefined();
    expect(ask({ target: 'test/web', images }).skippedTasks).toBeUndefined();
  });

  it.each([
    [
      'no reason to skip',
      { target: 'test/web', images, skipPreDeploy: true },
      'skipPreDeploy: needs a reason, which the ledger keeps; found true.',
    ],
    [
      'both at once',
      { target: 'test/web', images, skipPreDeploy: true, runPreDeploy: true, reason: 'x' },
      'runPreDeploy: cannot be combined with skipPreDeploy',
    ],
    ['a text', { target: 'test/web', images, runPreDeploy: 'yes' }, 'runPreDeploy: must be true or false'],
    [
      'a time-out that leaves no room',
      { target: 'test/web', images, timeoutMinutes: 1371 },
      'timeoutMinutes: must leave room',
    ],
    [
      'a property of the action that leaves no room',
      job({ DeploymentTimeout: '1371' }),
      'DeploymentTimeout is 1371 and BakeMinutes 0: they must leave room',
    ],
    ['a field that only a manual start has', job({ SkipPreDeploy: 'true' }), 'There is no property "SkipPreDeploy"'],
  ])('are refused with %s', (_, input, message) => {
    expect(() => ask(input)).toThrow(message);
  });

  it.each([
    [{ target: 'test/web', images, timeoutMinutes: 1370 }],
    [{ target: 'test/web', images, timeoutMinutes: 1430, skipPreDeploy: true, reason: 'x' }],
    [{ target: 'test/plain', images, timeoutMinutes: 1440 }],
    [job({ DeploymentTimeout: '1360', BakeMinutes: '10' })],
  ])('fit into a day: %j', (input) => {
    expect(ask(input).target.service).toBeTruthy();
  });
});
