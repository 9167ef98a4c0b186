import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGantryCallFilter } from '../../bench/gantry-calls.ts';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { AwsError } from '../../local/aws-error.ts';
import type { OperationRequest } from '../../local/cloud.ts';
import { exampleWithTargets } from '../example-config.ts';
import { startReleaseSystem } from './release-system.ts';
import {
  createSleepControls,
  deploymentEvent,
  foreignEvent,
  isRolloutCheck,
  isTokenWrite,
} from './sleeping-execution.ts';

const system = await startReleaseSystem();
const { build, clock, cloud, end, push, service, steady, waitUntil } = system;
const { asleep, begin, counted, faults, pass, token, wake } = createSleepControls(system);

beforeEach(() => pass(60));
afterEach(async () => {
  delete cloud.faultHooks;
  await steady();
});

/** Whether Gantry makes the call every minute even without a deployment. take-job polls, and keeps its lease in the table. The sweep lists executions. */
const isScheduled = ({ operation, as }: OperationRequest): boolean =>
  operation === 'ListExecutions' || as.caller.arn.includes('-take-job');

const ours = async () => (await service()).deployments.find(({ status }) => status === 'PRIMARY')!.id;

describe('while a rollout is in progress, the execution waits', () => {
  it('until ECS reports that it is done: 26 calls, 30 transitions', async () => {
    const shipped = await startReleaseSystem(undefined, { threads: true });
    const asleep = createSleepControls(shipped);
    await asleep.pass(60);
    const gantrys = createGantryCallFilter(shipped);
    const made: string[] = [];
    asleep.faults(async (asked) => {
      if (gantrys(asked) && !isScheduled(asked)) made.push(`${asked.service} ${asked.operation}`);
    }, false);
    const done = await shipped.end(await asleep.begin(5));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states.filter((state) => /^(?:Watch|Wait)/.test(state))).toEqual(['Wait For Event', 'Watch Rollout']);
    expect(done.states.length).toBeLessThanOrEqual(30);
    expect(made.length, made.sort().join('\n')).toBeLessThanOrEqual(26);
  });

  it('and checks once a minute all the same, with one call to ECS', async () => {
    faults();
    const arn = await begin(200);
    await asleep();
    expect(await counted(isRolloutCheck, 190)).toBe(3);
    expect(await counted(({ as }) => as.caller.arn.includes('test-deployment'), 60)).toBe(1);
    await end(arn);
  });

  it('and notices within a minute that the rollout is done if no event arrives', async () => {
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
  it('between an event and the token is handled if the event is recorded first: the execution does not start to wait', async () => {
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
    ['the start of another deployment: the execution does not start to wait', 'ecs-svc/999', 'Recheck Rollout Soon'],
    ['the start of the watched deployment: the execution waits', undefined, 'Watch Rollout'],
  ])('between an event and the token is handled if the event is %s', async (_, id, next) => {
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
    ['a failed deployment', () => deploymentEvent('FAILED', 'ecs-svc/999')],
    ['the start of another deployment', () => deploymentEvent('IN_PROGRESS', 'ecs-svc/999')],
  ])(
    'between %s and the token is handled even if the late start of the watched deployment is recorded after it',
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

  it('between two executions that watch one service is handled: both are woken', async () => {
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

  it('between an event and a check right after it, which ECS may answer with old data, is handled: the execution checks again', async () => {
    faults();
    const arn = await begin(200);
    await asleep(1);
    expect(await wake(foreignEvent())).toBe(1);
    await pass(4);
    expect(await wake(foreignEvent())).toBe(0);
    const states = (await end(arn)).states.filter((state) => /^(?:Watch|Wait|Recheck)/.test(state));
    expect(states.slice(0, 6)).toEqual([
      'Wait For Event',
      'Watch Rollout',
      'Wait Before Recheck',
      'Watch Rollout',
      'Wait For Event',
      'Recheck Rollout Soon',
    ]);
  });

  it('between two events is handled: one of them wakes the execution', async () => {
    faults();
    const arn = await begin(60);
    await asleep(1);
    expect((await Promise.all([wake(foreignEvent()), wake(foreignEvent())])).sort()).toEqual([0, 1]);
    expect((await end(arn)).status).toBe('SUCCEEDED');
  });

  it('between an event and the time-out is handled: the token is no longer valid, and the execution checks anyway', async () => {
    faults();
    const arn = await begin(90);
    await asleep();
    let woken: number | undefined;
    faults(async (asked) => {
      if (woken === undefined && isRolloutCheck(asked)) woken = await wake(foreignEvent());
    });
    const done = await end(arn);
    expect([done.status, woken]).toEqual(['SUCCEEDED', 0]);
    expect(done.states).toContain('Recheck Rollout Soon');
  });

  it('between thirty events is handled with one check and one after it', async () => {
    faults();
    const arn = await begin(90);
    await asleep(1);
    const looks = counted(isRolloutCheck, 30);
    for (let count = 0; count < 30; count += 1) await wake(foreignEvent());
    expect(await looks).toBe(2);
    await end(arn);
  });
});

describe('a wake-up', () => {
  it('is not caused by the start of the watched deployment', async () => {
    faults();
    const arn = await begin(60);
    await asleep(1);
    expect(await wake(deploymentEvent('IN_PROGRESS', await ours()))).toBe(0);
    expect(await counted(isRolloutCheck, 30)).toBe(0);
    await end(arn);
  });

  it.each(['IN_PROGRESS', 'COMPLETED'])(
    'by another deployment (%s) causes a check, and does not change the verdict',
    async (what) => {
      faults();
      const arn = await begin(30);
      await asleep(1);
      expect(await wake(deploymentEvent(what, 'ecs-svc/999'))).toBe(1);
      expect((await end(arn)).status).toBe('SUCCEEDED');
    },
  );

  it.each([
    ['SendTaskSuccess', { output: '{"outcome":"stable","woken":"by me"}' }],
    ['SendTaskFailure', { error: 'States.Timeout', cause: 'because' }],
    ['SendTaskFailure', { error: 'Mine' }],
  ])('with a stolen token, by %s %j, causes a check and nothing else', async (operation, said) => {
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

  it('with a stale token has no effect and fails nothing', async () => {
    faults();
    await end(await begin(30));
    expect(await token()).toBeDefined();
    expect(await wake(foreignEvent())).toBe(0);
    await pass(200);
    expect(await wake(foreignEvent())).toBe(0);
  });
});

describe('without wake-ups', () => {
  it('because the table does not answer, the execution checks every few seconds', async () => {
    faults();
    const arn = await begin(60);
    await asleep();
    faults(async ({ service: asked }) => {
      if (asked === 'dynamodb') throw new AwsError('InternalServerError', 'Internal server error', 500);
    });
    const woken = wake(foreignEvent());
    const done = await end(arn);
    expect([done.status, await woken]).toEqual(['SUCCEEDED', 0]);
    expect(done.states.filter((state) => state === 'Recheck Rollout Soon').length).toBeGreaterThan(3);
  });

  it("because the target's events are not forwarded, the execution polls", async () => {
    const targets = example.targets.map((target) => ({ ...target, events: 'none' as const }));
    const silent = await startReleaseSystem(validateConfig(exampleWithTargets(targets)));
    const done = await silent.end(await createSleepControls(silent).begin(30));
    expect(done.status).toBe('SUCCEEDED');
    expect(done.states).toContain('Wait Before Recheck');
    expect(done.states).not.toContain('Wait For Event');
  });
});
