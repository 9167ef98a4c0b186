import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { functionFiles, functionPolicy } from '../../infra/policies-functions.ts';
import { deploymentPolicy } from '../../infra/policies-target.ts';
import { viewerPolicy } from '../../infra/policies-viewer.ts';
import type { PolicyDocument } from '../../infra/policy.ts';
import { declareRules } from '../../infra/system-events.ts';
import { declareForwardingRules } from '../../infra/system-forwarding.ts';

/** The example's configuration, in which people can run commands in the target `test` only. `more`: other settings of its services. */
const allowInTest = (more: object = {}) =>
  validateConfig({
    ...example,
    targets: example.targets.map((target) =>
      target.name === 'test'
        ? { ...target, manualTasks: 'allow', services: target.services.map((service) => ({ ...service, ...more })) }
        : target,
    ),
  } as never);
const config = allowInTest();
const [test, prod] = config.targets;
const installation = resolveInstallation(config, 'production', 'arn:aws:kms:eu-west-1:111111111111:key/1');
const statementOf = ({ Statement }: PolicyDocument, sid: string) => Statement.find(({ Sid }) => Sid === sid);
const cluster = { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:eu-west-1:222222222222:cluster/web-shop' } };

describe('where people can run commands,', () => {
  it("the target's role runs tasks of its services' families, stops tasks of its cluster, and passes the configured roles only", () => {
    const policy = deploymentPolicy(installation, test!);
    expect(statementOf(policy, 'RunTasks')).toMatchObject({
      Action: ['ecs:RunTask'],
      Resource: ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:*'],
      Condition: cluster,
    });
    expect(statementOf(policy, 'StopTasks')).toMatchObject({
      Action: ['ecs:StopTask'],
      Resource: ['arn:aws:ecs:eu-west-1:222222222222:task/web-shop/*'],
      Condition: cluster,
    });
    expect(statementOf(policy, 'PassTaskRoles')?.Resource).toEqual([
      'arn:aws:iam::222222222222:role/web-execution',
      'arn:aws:iam::222222222222:role/web-task',
    ]);
  });

  it('Run Command and report-dead-execution can assume the role of this target only, and the function for tasks of releases none', () => {
    for (const file of ['run-command', 'report-dead-execution'])
      expect(statementOf(functionPolicy(installation, file), 'TargetRoles')?.Resource).toEqual([
        'arn:aws:iam::222222222222:role/test-deployment',
      ]);
    expect(statementOf(functionPolicy(installation, 'run-task'), 'TargetRoles')).toBeUndefined();
  });

  it('the events about the ends of their tasks reach Gantry', () => {
    const wakes = declareRules(installation).find(({ name }) => name.endsWith('-wake'));
    expect(JSON.stringify(wakes?.pattern)).toContain('"startedBy":[{"prefix":"gantry/"}]');
    const rules = config.targets.map((target) => declareForwardingRules(installation, target).map(({ name }) => name));
    expect(rules.map((names) => names.some((name) => name.includes('release-tasks')))).toEqual([true, false]);
  });

  it.each([
    ['message', ['arn:aws:logs:eu-west-1:222222222222:log-group:/ecs/web:*']],
    ['off', undefined],
  ])('with logTail %j, viewers can read these logs: %j', (logTail, expected) => {
    expect(statementOf(viewerPolicy(allowInTest({ logTail }).targets[0]!), 'Logs')?.Resource).toEqual(expected);
    expect(statementOf(viewerPolicy(prod!), 'Logs')).toBeUndefined();
  });
});

it('where nobody can run commands, nothing is allowed for them', () => {
  const without = resolveInstallation(validateConfig(example as never), 'production', 'arn:aws:kms:eu-west-1:1:key/1');
  const all = JSON.stringify([
    functionFiles.map((file) => functionPolicy(without, file)),
    declareRules(without),
    deploymentPolicy(installation, prod!),
  ]);
  expect(all).not.toMatch(/ecs:RunTask|ecs:StopTask|TaskRecords|gantry-production-run:|"prefix":"gantry\//);
});
