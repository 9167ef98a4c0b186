import { describe, expect, it } from 'vitest';
import { type Config, validateConfig } from '../../core/config/check.ts';
import { findServiceSettings } from '../../core/config/service-settings.ts';
import { isNamePermitted, listAllowedNames } from '../../core/config/target-permissions.ts';
import example from '../../infra/config.ts';
import { addExistingServices, formatFirstServiceName, listTargetServices } from '../../local/run/target-services.ts';

const place = { name: 'test', account: '222222222222', region: 'eu-west-1', cluster: 'shop' };
const configOf = (target: object): Config =>
  validateConfig({ ...example, pipelines: [], targets: [{ ...place, ...target }] } as never);
const named = { name: 'shop-web', containers: ['x'], executionRole: 'own' };

describe('the services that exist in the embedded AWS', () => {
  it.each<[what: string, target: object, names: string[]]>([
    ['named ones', { services: [named] }, ['shop-web']],
    ['two examples of a pattern', { match: { services: 'shop-*', passRoles: ['r-*'] } }, ['shop-web', 'shop-api']],
    ['two examples of every service', { match: { services: '*', passRoles: ['r'] } }, ['web', 'api']],
    ['one of a pattern without a star', { match: { services: 'pay', passRoles: ['r'] } }, ['pay']],
    [
      'examples besides a named one',
      { services: [named], match: { services: 'shop-*', passRoles: ['r'] } },
      ['shop-web', 'shop-api'],
    ],
    [
      'of several patterns',
      { match: { services: ['a-*', 'b-*'], passRoles: ['r'] } },
      ['a-web', 'a-api', 'b-web', 'b-api'],
    ],
    ['none, if no role can be passed', { match: { services: '*', passRoles: [] } }, []],
  ])('are %s', (_what, target, names) => {
    const services = listTargetServices(addExistingServices(configOf(target).targets));
    expect(services.map(({ service }) => service.name)).toEqual(names);
  });

  it.each<[what: string, match: object]>([
    ['default patterns', { services: 'shop-*', passRoles: ['shop-*'] }],
    [
      'other families and log groups',
      { services: '*', families: 'old-*', logGroups: ['/x/*-y'], passRoles: ['a-*', 'team/*'] },
    ],
    ['names without a star', { services: 'pay', families: 'pay-family', logGroups: '/pay', passRoles: ['pay'] }],
  ])('have what the configuration permits, for %s', (_what, match) => {
    const [target] = configOf({ match }).targets;
    const permissions = listAllowedNames(target!);
    for (const { service } of listTargetServices(addExistingServices([target!]))) {
      expect(findServiceSettings(target!, service.name)).toBeDefined();
      expect(isNamePermitted(permissions, 'families', service.family!)).toBe(true);
      expect(isNamePermitted(permissions, 'logGroups', service.logGroup!)).toBe(true);
      for (const role of [service.executionRole, ...service.taskRoles])
        expect([role, isNamePermitted(permissions, 'passRoles', role)]).toEqual([role, true]);
    }
  });

  it('give hints their first name, or a reason why there is none', () => {
    const { targets } = configOf({ match: { services: 'shop-*', passRoles: ['r'] } });
    expect(formatFirstServiceName(listTargetServices(addExistingServices(targets)))).toBe('test/shop-web');
    expect(() => formatFirstServiceName([])).toThrow('passRoles of match is empty');
  });
});
