import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { restrictionsForTarget } from '../../../core/task-definition/restrictions.ts';
import example from '../../../infra/config.ts';

describe('the limits of a service', () => {
  const asked = {
    roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
    region: 'eu-west-1',
    cluster: 'web-shop',
    service: 'web',
  };

  it('come from the configuration', () => {
    const [test, prod] = example.targets;
    const allowed = { ...test!.services[0]!, allow: { privileged: true } };
    const config = validateConfig({
      ...example,
      repositories: ['legacy/*'],
      registries: ['ghcr.io/shop'],
      targets: [{ ...test!, services: [allowed] }, prod!],
    });
    expect(restrictionsForTarget(config, { ...asked, name: 'test/web' })).toEqual({
      build: config.build,
      repositories: ['web-shop-production', 'legacy/*'],
      registries: ['ghcr.io/shop'],
      families: ['web'],
      roles: ['web-execution', 'web-task'],
      permissions: {
        services: ['web'],
        families: ['web'],
        passRoles: ['web-execution', 'web-task'],
        logGroups: ['/ecs/web'],
      },
      allow: { privileged: true, hostVolumes: false, secrets: [], environmentFiles: [], fileSystems: [] },
    });
    expect(restrictionsForTarget(config, { ...asked, name: 'test/web' }, 'staging').roles).toEqual([
      'web-execution-staging',
      'web-task-staging',
    ]);
  });

  it('are the narrowest for a service that it does not name', () => {
    expect(restrictionsForTarget(example, asked)).toMatchObject({
      families: [],
      roles: [],
      permissions: undefined,
      allow: { privileged: false, hostVolumes: false },
    });
  });
});
