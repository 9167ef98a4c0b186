import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGantryCallFilter } from '../../bench/gantry-calls.ts';
import { defineConfig } from '../../core/config/check.ts';
import example from '../../gantry.config.ts';
import { AwsError } from '../../local/aws-error.ts';
import { startReleaseSystem } from './release-system.ts';
import {
  createSleepControls,
  deploymentEvent,
  isRolloutCheck,
  isTokenWrite,
  stoppedEvent,
} from './sleeping-execution.ts';

const system = await startReleaseSystem();
const { build, clock, cloud, end, push, service, steady, waitUntil } = system;
const { asleep, begin, counted, faults, pass, token, wake } = createSleepControls(system);

beforeEach(() => pass(60));
afterEach(async () => {
  delete cloud.faultHooks;
  await steady();
});

/** What Gantry asks each minute on behalf of no deployment. */
const scheduled = ['PollForJobs', 'ListExecutions'];

const ours = async () => (await service()).deployments.find(({ status }) => status === 'PRIMARY')!.id;

describe('while a rollout goes on, the workflow sleeps', () => {
  it('until ECS says that it is done: 25 calls, 30 transitions', async () => {
    const shipped = await startReleaseSystem(undefined, { threads: true });
    const asleep = createSleepControls(shipped);
    await asleep.pass(60);
    const gantrys = createGantryCallFilter(shipped);
    const made: string[] = [];
    asleep.faults(async (asked) => {
      if (gantrys(asked) && !scheduled.includes(asked.operation)) made.push(`${asked.service} ${asked.operation}`);
    }, false);
    const done = await shipped.end(await asleep.begin(5));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.filter((state) => /^(Watch|Wait For Event)/.test(state))).toEqual([
      'Watch Rollout',
      'Wait For Event',
      'Watch Rollout',
    ]);
    expect(done.states.length).toBeLessThanOrEqual(30);
    expect(made.length, made.sort().join('\n')).toBeLessThanOrEqual(25);
  });

  it('and looks once a minute all the same, with one call to ECS', async () => {
    faults();
    const arn = await begin(200);
    await asleep();
    expect(await counted(isRolloutCheck, 190)).toBe(3);
    expect(await counted(({ as }) => as.caller.arn.includes('test-deployment'), 60)).toBe(1);
    await end(arn);
  });

  it('and finds out within a minute where no event came at all', async () => {
    faults();
    const arn = await begin(5);
    await waitUntil(service, ({ deployments: [first] }) => first?.rolloutState === 'IN_PROGRESS');
    await waitUntil(service, ({ deployments: [first] }) => first?.rolloutState === 'COMPLETED');
    const since = system.clock.now();
    expect((await end(arn)).status).toBe('SUCCEEDED');
    expect(system.clock.now() - since).toBeLessThanOrEqual(60_000);
  });
});

describe('a race', () => {
  it('that the event wins, being there before the token: nobody falls asleep over it', async () => {
    let first = true;
    faults(async (asked) => {
      if (!first || !isTokenWrite(asked)) return;
      first = false;
      expect(await wake(deploymentEvent('FAILED', await ours()))).toBe(0);
    });
    const done = await end(await begin(90));
    const [after] = done.states.slice(done.states.indexOf('Wait For Event') + 1);
    expect([done.status, after]).toEqual(['SUCCEEDED', 'Recheck Rollout Soon']);
  });

  it.each([
    ['somebody else’s deployment: nobody falls asleep over it', 'ecs-svc/999', 'Recheck Rollout Soon'],
    ['the very deployment that is watched: it is no news', undefined, 'Watch Rollout'],
  ])('that the event wins, the begin of %s', async (_, id, next) => {
    let first = true;
    faults(async (asked) => {
      if (!first || !isTokenWrite(asked)) return;
      first = false;
      expect(await wake(deploymentEvent('IN_PROGRESS', id ?? (await ours())))).toBe(0);
    });
    const done = await end(await begin(90));
    const [after] = done.states.slice(done.states.indexOf('Wait For Event') + 1);
    expect([done.status, after]).toEqual(['SUCCEEDED', next]);
  });

  it.each([
    ['a deployment that failed', () => deploymentEvent('FAILED', 'ecs-svc/999')],
    ['a task that died', stoppedEvent],
    ['the begin of somebody else’s deployment', () => deploymentEvent('IN_PROGRESS', 'ecs-svc/999')],
  ])(
    'that the event wins, %s, and the begin of our own comes late: it is not taken for all the news',
    async (_, event) => {
      let first = true;
      faults(async (asked) => {
        if (!first || !isTokenWrite(asked)) return;
        first = false;
        await wake(event());
        await wake(deploymentEvent('IN_PROGRESS', await ours()));
      });
      const done = await end(await begin(90));
      const [after] = done.states.slice(done.states.indexOf('Wait For Event') + 1);
      expect([done.status, after]).toEqual(['SUCCEEDED', 'Recheck Rollout Soon']);
    },
  );

  it('of two who watch one service: both are woken', async () => {
    const images = [{ name: 'app', imageUri: await push('shared', { startSeconds: 150 }) }];
    const first = await system.begin({ target: 'test/web', images });
    await pass(30);
    const second = await system.begin({ target: 'test/web', images });
    await pass(20);
    await waitUntil(service, ({ deployments: [newest] }) => newest?.rolloutState === 'IN_PROGRESS');
    await waitUntil(service, ({ deployments: [newest] }) => newest?.rolloutState === 'COMPLETED');
    const completed = clock.now();
    for (const arn of [first, second]) {
      expect((await end(arn)).status).toBe('SUCCEEDED');
      expect(clock.now() - completed).toBeLessThan(15_000);
    }
  });

  it('of an event and a look right after it, which ECS may answer with what was before: nobody falls asleep on that', async () => {
    faults();
    const arn = await begin(200);
    await asleep(1);
    expect(await wake(stoppedEvent())).toBe(1);
    await pass(4);
    expect(await wake(stoppedEvent())).toBe(0);
    const states = (await end(arn)).states.filter((state) => /^(?:Watch|Wait|Recheck)/.test(state));
    expect(states.slice(0, 7)).toEqual([
      'Watch Rollout',
      'Wait For Event',
      'Watch Rollout',
      'Wait Before Recheck',
      'Watch Rollout',
      'Wait For Event',
      'Recheck Rollout Soon',
    ]);
  });

  it('of two events at once: one of them wakes', async () => {
    faults();
    const arn = await begin(60);
    await asleep(1);
    expect((await Promise.all([wake(stoppedEvent()), wake(stoppedEvent())])).sort()).toEqual([0, 1]);
    expect((await end(arn)).status).toBe('SUCCEEDED');
  });

  it('of an event and the time-out: the token is worth nothing, and the look is made again', async () => {
    faults();
    const arn = await begin(90);
    await asleep();
    let woken: number | undefined;
    faults(async (asked) => {
      if (woken === undefined && isRolloutCheck(asked)) woken = await wake(stoppedEvent());
    });
    const done = await end(arn);
    expect([done.status, woken]).toEqual(['SUCCEEDED', 0]);
    expect(done.states).toContain('Recheck Rollout Soon');
  });

  it('of thirty tasks that stop at once costs a look, and one behind it', async () => {
    faults();
    const arn = await begin(90);
    await asleep(1);
    const looks = counted(isRolloutCheck, 30);
    for (let count = 0; count < 30; count += 1) await wake(stoppedEvent());
    expect(await looks).toBe(2);
    await end(arn);
  });
});

describe('what wakes', () => {
  it('is not the begin of the very deployment that is watched', async () => {
    faults();
    const arn = await begin(60);
    await asleep(1);
    expect(await wake(deploymentEvent('IN_PROGRESS', await ours()))).toBe(0);
    expect(await counted(isRolloutCheck, 30)).toBe(0);
    await end(arn);
  });

  it.each(['IN_PROGRESS', 'COMPLETED'])('may be another deployment, %s: a look, and no other verdict', async (what) => {
    faults();
    const arn = await begin(30);
    await asleep(1);
    expect(await wake(deploymentEvent(what, 'ecs-svc/999'))).toBe(1);
    expect((await end(arn)).status).toBe('SUCCEEDED');
  });

  it.each([
    ['SendTaskSuccess', { output: '{"outcome":"stable","woken":"by me"}' }],
    ['SendTaskFailure', { error: 'States.Timeout', cause: 'because' }],
    ['SendTaskFailure', { error: 'Mine' }],
  ])('with a stolen token, by %s %j, brings about a look and nothing else', async (operation, said) => {
    faults();
    const arn = await begin(60);
    const taskToken = await asleep(1);
    const looks = counted(isRolloutCheck, 8);
    await build('states', operation, { taskToken, ...said });
    expect(await looks).toBeGreaterThan(0);
    const done = await end(arn);
    expect(done.status).toBe('SUCCEEDED');
    expect(JSON.stringify(done.output)).not.toContain('by me');
  });

  it('finds a stale token worth nothing, and fails nobody', async () => {
    faults();
    await end(await begin(30));
    expect(await token()).toBeDefined();
    expect(await wake(stoppedEvent())).toBe(0);
    await pass(200);
    expect(await wake(stoppedEvent())).toBe(0);
  });
});

describe('where nothing wakes', () => {
  it('since the table does not answer, it looks every few seconds', async () => {
    faults();
    const arn = await begin(60);
    await asleep();
    faults(async ({ service: asked }) => {
      if (asked === 'dynamodb') throw new AwsError('InternalServerError', 'Internal server error', 500);
    });
    const woken = wake(stoppedEvent());
    const done = await end(arn);
    expect([done.status, await woken]).toEqual(['SUCCEEDED', 0]);
    expect(done.states.filter((state) => state === 'Recheck Rollout Soon').length).toBeGreaterThan(3);
  });

  it('since the target’s events are not forwarded, it polls', async () => {
    const targets = example.targets.map((target) => ({ ...target, events: 'none' as const }));
    const silent = await startReleaseSystem(defineConfig({ ...example, targets }));
    const done = await silent.end(await createSleepControls(silent).begin(30));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states).toContain('Wait Before Recheck');
    expect(done.states).not.toContain('Wait For Event');
  });
});
