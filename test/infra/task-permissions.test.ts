import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { resolveInstallation } from '../../infra/installation.ts';
import { functionFiles, functionPolicy } from '../../infra/policies-functions.ts';
import { deploymentPolicy } from '../../infra/policies-target.ts';
import { declareRules } from '../../infra/system-events.ts';
import { declareForwardingRules } from '../../infra/system-forwarding.ts';
import { withTasks } from '../machine/with-tasks.ts';

const install = (config: typeof example) =>
  resolveInstallation(config, 'production', 'arn:aws:kms:eu-west-1:111111111111:key/1');
const describePermissions = (config: typeof example): string =>
  JSON.stringify([
    functionFiles.map((file) => [file, functionPolicy(install(config), file)]),
    config.targets.map((target) => deploymentPolicy(install(config), target)),
    config.targets.flatMap((target) => declareForwardingRules(install(config), target)),
    declareRules(install(config)),
  ]);
const tasks = { preDeploy: [{ name: 'migrate' }] };
/** The example's configuration, in which only the target `test` has tasks. */
const onlyInTest = { ...example, targets: [withTasks(tasks).targets[0]!, ...example.targets.slice(1)] };

describe('the permissions and rules for pre- and post-deploy tasks', () => {
  const own = /ecs:RunTask|ecs:StopTask|TaskRecords|FindRollback|release-tasks|"prefix":"gantry/;

  it('exist only if a service has such tasks', () => {
    expect(describePermissions(example)).not.toMatch(own);
    expect(describePermissions(withTasks(tasks))).toMatch(own);
  });

  it('cover only the families, the cluster and the targets with tasks', () => {
    const [test, prod] = onlyInTest.targets.map((target) => deploymentPolicy(install(onlyInTest), target));
    const cluster = { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:eu-west-1:222222222222:cluster/web-shop' } };
    expect(test!.Statement.filter(({ Sid }) => /RunTasks|StopTasks/.test(Sid))).toMatchObject([
      {
        Action: ['ecs:RunTask'],
        Resource: ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:*'],
        Condition: cluster,
      },
      {
        Action: ['ecs:StopTask'],
        Resource: ['arn:aws:ecs:eu-west-1:222222222222:task/web-shop/*'],
        Condition: cluster,
      },
    ]);
    expect(JSON.stringify(prod)).not.toMatch(/RunTask|StopTask/);
    const assumed = functionPolicy(install(onlyInTest), 'run-task').Statement.find(({ Sid }) => Sid === 'TargetRoles');
    expect(assumed?.Resource).toEqual(['arn:aws:iam::222222222222:role/test-deployment']);
  });

  it('let the function for dead executions into a target only where a task is to be stopped', () => {
    const isLetIn = (stopOnDeath: boolean): boolean => {
      const config = withTasks({ preDeploy: [{ name: 'migrate', stopOnDeath }] });
      return JSON.stringify(functionPolicy(install(config), 'report-dead-execution')).includes('sts:AssumeRole');
    };
    expect([isLetIn(false), isLetIn(true)]).toEqual([false, true]);
  });
});
