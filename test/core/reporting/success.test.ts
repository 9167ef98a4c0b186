import { describe, expect, it } from 'vitest';
import { successOf } from '../../../core/reporting/success.ts';
import { pinned, revision, start } from '../rollout/facts.ts';
import { asked, planned, stable, updated } from './execution-data-examples.ts';

describe('the report of a success', () => {
  it('says what runs where, and hands on what later actions need', () => {
    expect(successOf(updated({ verdict: stable }))).toEqual({
      summary: `test/web is stable on web:13 with 2 of 2 tasks running, by deployment ecs-svc/2.\nImages: app=${pinned('b')}`,
      outputVariables: {
        TaskDefinition: revision('web:13'),
        DeploymentId: 'ecs-svc/2',
        PreviousTaskDefinition: revision('web:12'),
        Images: `app=${pinned('b')}`,
      },
    });
  });

  it('says at once that nothing was to be done', () => {
    const plan = { ...planned().plan!, unchanged: true };
    const { summary, outputVariables } = successOf(planned({ plan }));
    expect(summary).toMatch(/^test\/web runs web:12 with these images already: nothing was deployed\./);
    expect(outputVariables).toMatchObject({ TaskDefinition: revision('web:12'), DeploymentId: 'ecs-svc/1' });
  });

  it('names the deployment that took over with the same images', () => {
    const following = { deploymentId: 'ecs-svc/3', taskDefinition: revision('web:14'), startedAt: start };
    const { summary, outputVariables } = successOf(updated({ verdict: { ...stable, following } }));
    expect(summary).toMatch(/ecs-svc\/3, took over from ours, ecs-svc\/2/);
    expect(outputVariables).toMatchObject({ TaskDefinition: revision('web:14'), DeploymentId: 'ecs-svc/3' });
  });

  it("does not name somebody else's newer revision as its own", () => {
    const standing = { ...stable.standing, taskDefinition: revision('web:14') };
    expect(successOf(updated({ verdict: { ...stable, standing } })).summary).toMatch(
      /^test\/web was stable on web:13, by deployment ecs-svc\/2\. A newer deployment has begun since: the service is on web:14 with 2 of 2 tasks running\./,
    );
  });

  it('says that it has stayed stable for the bake time', () => {
    const verdict = { ...stable, stableAt: start };
    const baked = updated({ verdict, release: { ...asked().release!, bakeMinutes: 10 } });
    expect(successOf(baked).summary).toContain('ecs-svc/2. It has stayed so for its bake time of 10 minutes.');
  });

  it('does not praise a service that wants no tasks', () => {
    const standing = { ...stable.standing, desired: 0, running: 0 };
    expect(successOf(updated({ verdict: { ...stable, standing } })).summary).toContain('its desired count is 0');
  });

  it('says every warning once', () => {
    const warning = 'The image nginx:1 is not in ECR and was deployed as it is.';
    const story = updated({
      verdict: stable,
      release: { ...asked().release!, warnings: [warning] },
      plan: { ...planned().plan!, warnings: [warning, 'Alarm 5xx is in ALARM.'] },
    });
    expect(successOf(story).summary.split('\n').slice(1, 3)).toEqual([warning, 'Alarm 5xx is in ALARM.']);
  });

  it("stays within CodePipeline's limits", () => {
    const images = Array.from({ length: 60 }, (_, n) => ({
      name: `app-${n}`,
      imageUri: 'shop:43',
      pinned: pinned('b'),
    }));
    const { summary, outputVariables } = successOf(
      updated({ verdict: stable, release: { ...asked().release!, images } }),
    );
    expect(summary).toHaveLength(2048);
    expect(Buffer.byteLength(JSON.stringify(outputVariables))).toBeLessThan(122_880);
    expect(Object.keys(outputVariables).every((key) => /^[A-Za-z0-9@\-_]+$/.test(key))).toBe(true);
  });

  it('leaves out variables that would be empty, which CodePipeline refuses', () => {
    const { outputVariables } = successOf(updated({ verdict: stable, release: { ...asked().release!, images: [] } }));
    expect(outputVariables).not.toHaveProperty('Images');
  });
});
