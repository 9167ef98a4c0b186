import { expect, it } from 'vitest';
import type { DeployRequest } from '../../../core/request/fields.ts';
import { createRelease } from '../../../core/request/release.ts';
import { createUnknownExecutionFailure, omitReleaseTasks } from '../../../core/request/stage-rollback.ts';

const task = (name: string) => ({ name, container: 'app', timeoutMinutes: 5 });
const request: DeployRequest = {
  target: { roleArn: 'arn:aws:iam::222222222222:role/x', region: 'eu-west-1', cluster: 'shop', service: 'web' },
  artifacts: [],
  fileName: 'imagedefinitions.json',
  base: { from: 'service' },
  force: false,
  timeoutMinutes: 60,
  bakeMinutes: 0,
  rollBackOnFailure: true,
};
const facts = { heads: [], base: request.base, pins: { images: [], warnings: ['another warning'] }, woken: true };

it.each([
  [
    'one migration',
    ['migrate'],
    'The pre-deploy task migrate may have run for the release that is rolled back, and its changes stay.',
  ],
  ['two migrations', ['first', 'second'], 'The pre-deploy tasks first, second may have run'],
  ['only a post-deploy task', [], undefined],
])('the rollback of a stage runs no task, and the report says so beside earlier warnings: %s', (_, names, warning) => {
  const tasks = { preDeploy: names.map(task), postDeploy: [task('smoke')] };
  const release = createRelease(
    omitReleaseTasks({ ...request, tasks, warnings: ['an earlier warning'] }),
    facts,
    '2026-11-29T09:00:00.000Z',
  );
  expect(release.tasks).toBeUndefined();
  expect(release.warnings[0]).toBe('CodePipeline rolls back this stage, so no pre-deploy or post-deploy task runs.');
  expect(release.warnings).toContain('an earlier warning');
  expect(release.warnings.at(-1)).toBe('another warning');
  expect(release.warnings.some((text) => warning !== undefined && text.startsWith(warning.slice(0, 40)))).toBe(
    warning !== undefined,
  );
});

it('a job whose pipeline execution is unknown is refused, since it could be such a rollback', () => {
  expect(createUnknownExecutionFailure('the-job')).toMatchObject({
    name: 'ConfigurationError',
    message: expect.stringMatching(/the job the-job belongs to.*must not run the tasks.*Use Gantry's own action/),
  });
});
