import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../core/config/check.ts';
import { isNamePermitted, listAllowedNames } from '../../core/config/target-permissions.ts';
import { findConfiguredService } from '../../core/config/targets.ts';
import { findPermissionErrors } from '../../core/service/permission-problems.ts';
import { createSessionPolicy } from '../../core/service/session-policy.ts';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { declareForwardingRules } from '../../infra/system-forwarding.ts';
import { countMoreServices, declareTargetRoles } from '../../infra/system-targets.ts';
import { compileEventPattern } from '../../local/events/pattern.ts';
import { releaseWith } from '../core/service/facts.ts';
import { account, configOf, isAllowed, keyArn, kinds, questions } from './random-targets.ts';

const sizeOf = (policy: object): number => JSON.stringify(policy).length;

describe('what the configuration allows in a target', () => {
  it('is exactly what the policy of its role allows, for services, families, roles and log groups', async () => {
    const seen = { allowed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(questions, async ({ config, ...names }) => {
        const permissions = listAllowedNames(config.targets[0]!);
        for (const kind of kinds) {
          const allowed = isNamePermitted(permissions, kind, names[kind]);
          expect([kind, names[kind], await isAllowed(config, kind, names[kind])]).toEqual([kind, names[kind], allowed]);
          seen[allowed ? 'allowed' : 'refused']++;
        }
      }),
      { numRuns: 150 },
    );
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(50);
  });

  it('includes everything that a release calls, in the session of its service, and nothing of another service', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async ({ config, services: name, session }) => {
        const found = findConfiguredService(config, `test/${name}`);
        expect(await isAllowed(config, 'services', name, name)).toBe(found !== undefined);
        expect(await isAllowed(config, 'services', name, session)).toBe(found !== undefined && session === name);
      }),
      { numRuns: 100 },
    );
  });

  it('is refused by Check Target and the dry run before the policy would deny it', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async ({ config, families: family, passRoles: role }) => {
        const definition = {
          family,
          taskRoleArn: `arn:aws:iam::${account}:role/${role}`,
          containerDefinitions: [{ name: 'app', image: 'old' }],
        };
        const errors = findPermissionErrors(releaseWith(), definition, listAllowedNames(config.targets[0]!));
        const allowed = [await isAllowed(config, 'families', family), await isAllowed(config, 'passRoles', role)];
        expect(errors).toHaveLength(allowed.filter((one) => !one).length);
      }),
      { numRuns: 100 },
    );
  });
});

it('the events of a service are forwarded exactly if the configuration allows the service', async () => {
  await fc.assert(
    fc.property(questions, ({ config, services: name }) => {
      const installation = resolveInstallation(config, 'production', keyArn);
      const rules = declareForwardingRules(installation, config.targets[0]!);
      const isForwarded = (event: object) =>
        rules.some(({ pattern }) => compileEventPattern(JSON.stringify(pattern))(event));
      const allowed = findConfiguredService(config, `test/${name}`) !== undefined;
      const deployment = {
        source: 'aws.ecs',
        account,
        'detail-type': 'ECS Deployment State Change',
        resources: [`arn:aws:ecs:eu-west-1:${account}:service/shop/${name}`],
      };
      const detail = {
        clusterArn: `arn:aws:ecs:eu-west-1:${account}:cluster/shop`,
        lastStatus: 'STOPPED',
        stoppedReason: 'x',
      };
      const task = {
        source: 'aws.ecs',
        account,
        'detail-type': 'ECS Task State Change',
        detail: { ...detail, group: `service:${name}` },
      };
      expect([isForwarded(deployment), isForwarded(task)]).toEqual([allowed, allowed]);
    }),
  );
});

const longName = (index: number): string => `${index}-`.padEnd(255, 'n');
const manyServices = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: longName(index),
    containers: ['app'],
    executionRole: `execution-${index}`.padEnd(64, 'r'),
  }));

describe('the quotas of IAM and STS', () => {
  const rolesOf = (config: Config) =>
    declareTargetRoles(resolveInstallation(config, 'production', keyArn), config.targets[0]!);
  const everything = { services: '*', passRoles: ['*-execution', '*r'] };

  it('a target that matches all services has policies of the same size, with 500 named services of 255 characters or with none', () => {
    const [none, many] = [[], manyServices(500)].map((services) =>
      rolesOf(configOf({ services, match: { ...everything } })).map(({ name, policies }) => [
        name,
        sizeOf(Object.values(policies)),
      ]),
    );
    expect(many).toEqual(none);
    for (const [, size] of many!) expect(size).toBeLessThanOrEqual(10_240);
  });

  it('exactly as many more named services fit as the doctor says', () => {
    const [first] = example.targets[0]!.services;
    const withServices = (count: number) =>
      configOf({
        services: Array.from({ length: count }, (_, at) => ({
          ...first!,
          create: undefined,
          name: `service-${at + 10}`,
        })),
      });
    const here = resolveInstallation(withServices(1), 'production', keyArn);
    const [room] = countMoreServices(here, here.config.targets[0]!);
    expect(room!.count).toBeGreaterThan(10);
    expect(rolesOf(withServices(1 + room!.count))).not.toEqual([]);
    expect(() => rolesOf(withServices(2 + room!.count))).toThrow(/IAM accepts 10240/);
  });

  it('500 named services without a pattern are refused, with the setting that helps', () => {
    expect(() => rolesOf(configOf({ services: manyServices(500) }))).toThrow(/has 500 services.*match/s);
  });

  it('the session policy of any matched service is within 2,048 characters', () => {
    const roleArn = `arn:aws:iam::${account}:role/${'path/'.repeat(20)}${'r'.repeat(64)}`;
    for (const service of ['*', longName(499), `${'s'.repeat(254)}*`])
      for (const cluster of ['c', 'c'.repeat(255)])
        expect(
          sizeOf(createSessionPolicy({ roleArn, region: 'ap-southeast-7', cluster, service }, { access: 'roll back' })),
        ).toBeLessThanOrEqual(2048);
  });
});
