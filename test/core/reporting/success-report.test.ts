import { describe, expect, it } from 'vitest';
import { createSuccessReport } from '../../../core/reporting/success-report.ts';
import { pinnedImage, revisionArn, startTime } from '../rollout/facts.ts';
import {
  createServiceStatus,
  plannedExecution,
  requestedExecution,
  stableVerdict,
  updatedExecution,
} from './execution-data-examples.ts';

describe('the report of a success', () => {
  it('says which revision runs, and passes the output variables to later actions', () => {
    expect(createSuccessReport(updatedExecution({ verdict: stableVerdict }))).toEqual({
      summary: `test/web is stable on web:13 (2 of 2 tasks of web:13 run), by deployment ecs-svc/2.\nImages: app=${pinnedImage('b')}`,
      outputVariables: {
        TaskDefinition: revisionArn('web:13'),
        DeploymentId: 'ecs-svc/2',
        PreviousTaskDefinition: revisionArn('web:12'),
        Kind: 'deploy',
        Images: `app=${pinnedImage('b')}`,
      },
    });
  });

  it('says first that there was nothing to do', () => {
    const plan = { ...plannedExecution().plan!, unchanged: true };
    const { summary, outputVariables } = createSuccessReport(plannedExecution({ plan }));
    expect(summary).toMatch(/^test\/web runs web:12 with these images already: nothing was deployed\./);
    expect(outputVariables).toMatchObject({ TaskDefinition: revisionArn('web:12'), DeploymentId: 'ecs-svc/1' });
  });

  it('names the deployment that took over with the same images', () => {
    const following = { deploymentId: 'ecs-svc/3', taskDefinition: revisionArn('web:14'), startedAt: startTime };
    const { summary, outputVariables } = createSuccessReport(
      updatedExecution({ verdict: { ...stableVerdict, following } }),
    );
    expect(summary).toMatch(/ecs-svc\/3, took over from ours, ecs-svc\/2/);
    expect(outputVariables).toMatchObject({ TaskDefinition: revisionArn('web:14'), DeploymentId: 'ecs-svc/3' });
  });

  it("does not name somebody else's newer revision as its own", () => {
    const serviceStatus = createServiceStatus('web:14');
    expect(createSuccessReport(updatedExecution({ verdict: { ...stableVerdict, serviceStatus } })).summary).toMatch(
      /^test\/web was stable on web:13, by deployment ecs-svc\/2\. A newer deployment has begun since: the service is on web:14 \(2 of 2 tasks of web:14 run\)\./,
    );
  });

  it('says that the rollout has been stable for the bake time', () => {
    const verdict = { ...stableVerdict, stableAt: startTime };
    const baked = updatedExecution({ verdict, release: { ...requestedExecution().release!, bakeMinutes: 10 } });
    expect(createSuccessReport(baked).summary).toContain(
      'ecs-svc/2. It has stayed so for its bake time of 10 minutes.',
    );
  });

  it('does not call a service with desired count 0 stable', () => {
    const serviceStatus = { ...stableVerdict.serviceStatus, desired: 0, running: 0 };
    expect(createSuccessReport(updatedExecution({ verdict: { ...stableVerdict, serviceStatus } })).summary).toContain(
      'its desired count is 0',
    );
  });

  it('contains every warning once', () => {
    const warning = 'The image nginx:1 is not in ECR and was deployed as it is.';
    const execution = updatedExecution({
      verdict: stableVerdict,
      release: { ...requestedExecution().release!, warnings: [warning] },
      plan: { ...plannedExecution().plan!, warnings: [warning, 'Alarm 5xx is in ALARM.'] },
    });
    expect(createSuccessReport(execution).summary.split('\n').slice(1, 3)).toEqual([warning, 'Alarm 5xx is in ALARM.']);
  });

  it("is within CodePipeline's limits", () => {
    const images = Array.from({ length: 60 }, (_, n) => ({
      name: `app-${n}`,
      imageUri: 'shop:43',
      pinned: pinnedImage('b'),
    }));
    const { summary, outputVariables } = createSuccessReport(
      updatedExecution({ verdict: stableVerdict, release: { ...requestedExecution().release!, images } }),
    );
    expect(summary).toHaveLength(2048);
    expect(Buffer.byteLength(JSON.stringify(outputVariables))).toBeLessThan(122_880);
    expect(Object.keys(outputVariables).every((key) => /^[A-Za-z0-9@\-_]+$/.test(key))).toBe(true);
  });

  it('omits empty variables, which CodePipeline refuses', () => {
    const { outputVariables } = createSuccessReport(
      updatedExecution({ verdict: stableVerdict, release: { ...requestedExecution().release!, images: [] } }),
    );
    expect(outputVariables).not.toHaveProperty('Images');
  });
});
