import { beforeAll, describe, expect, it, vi } from 'vitest';
import { AwsError } from '../../local/aws-error.ts';
import { config, createScheduledWorld, denyCall, familyArn, scheduleRole } from './scheduled-world.ts';

let world: Awaited<ReturnType<typeof createScheduledWorld>>;
beforeAll(async () => {
  world = await createScheduledWorld();
});

const hook = 'arn:aws:lambda:eu-west-1:222222222222:function:hook';
/** All scheduled tasks of the service run `own`, and the one of somebody else runs `foreign`. */
const all = (own: string, foreign = 'web:1') => ({
  'default/nightly': own,
  'reports/weekly': own,
  'default/foreign': foreign,
  'hourly one': own,
  'hourly hook': hook,
  'hourly two': own,
});

describe('the schedules of a service', () => {
  it('move to the new revision after a success, with every other field as it was', async () => {
    const before = await world.readSchedule('default', 'nightly');
    const { status, report } = await world.run('deploy');
    expect(status).toBe('SUCCEEDED');
    expect(await world.scheduled()).toEqual(all('web:2'));
    const after = await world.readSchedule('default', 'nightly');
    const { LastModificationDate: _then, Target, ...rest } = before;
    const EcsParameters = { ...Target.EcsParameters, TaskDefinitionArn: `${familyArn}:2` };
    expect(after).toMatchObject({ ...rest, Target: { ...Target, EcsParameters } });
    expect(report).toContain('The schedule default/nightly runs web:2 from now on, instead of web:1.');
    expect(report).toContain('The rule hourly (target two) runs web:2 from now on, instead of web:1.');
    expect(report).not.toMatch(/foreign|hook|Not moved/);
  });

  it('are moved by a retry if the answer of a write is lost, and what they ran before stays known', async () => {
    let lost = 2;
    world.interfere((service, operation, proceed) => {
      const isWrite = operation === 'UpdateSchedule' || operation === 'PutTargets';
      if (!isWrite || lost === 0) return undefined;
      lost -= 1;
      return proceed().then(() => Promise.reject(new AwsError('InternalServerException', `${service} broke`, 500)));
    });
    // The SDK sends each write up to three times. So it repeats both lost writes within one run of the function.
    const { report } = await world.run('deploy');
    world.interfere();
    expect(lost).toBe(0);
    expect(await world.scheduled()).toEqual(all('web:3'));
    expect(report.match(/runs web:3 from now on, instead of web:2/g)).toHaveLength(4);
  });

  it('are moved once EventBridge answers again, however long that takes within the retries of the state', async () => {
    let failures = 9;
    world.interfere((_service, operation) => {
      if (operation !== 'UpdateSchedule' || failures === 0) return undefined;
      failures -= 1;
      return Promise.reject(new AwsError('ThrottlingException', 'Rate exceeded', 429));
    });
    const { report } = await world.run('deploy');
    world.interfere();
    expect(await world.scheduled()).toEqual(all('web:4'));
    expect(report.match(/runs web:4 from now on, instead of web:3/g)).toHaveLength(4);
  });

  it('that somebody changes during the release keep their revision, and the other changes of that person', async () => {
    let changed = false;
    world.interfere((_service, operation, proceed) => {
      if (operation === 'UpdateService' && !changed) {
        changed = true;
        return changeByHand().then(proceed);
      }
      return undefined;
    });
    const { status, report } = await world.run('deploy');
    world.interfere();
    expect(status).toBe('SUCCEEDED');
    expect(await world.scheduled()).toEqual({ ...all('web:5'), 'reports/weekly': 'web:1' });
    expect(report).toContain(
      'Not moved: the schedule reports/weekly was changed during the release from web:4 to web:1',
    );
    expect(await world.readSchedule('default', 'nightly')).toMatchObject({ ScheduleExpression: 'cron(30 3 * * ? *)' });
  });

  it('that Gantry may not change are named in the result of a release that succeeded, and move when the release is started again', async () => {
    world.interfere((_service, operation) => (operation === 'PutTargets' ? denyCall('events:PutTargets') : undefined));
    const { status, report } = await world.run('deploy');
    world.interfere();
    expect(status).toBe('SUCCEEDED');
    expect(await world.scheduled()).toMatchObject({ 'default/nightly': 'web:6', 'hourly one': 'web:5' });
    expect(report).toContain('Not moved: the rule hourly (target one) does not run web:6.');
    const again = await world.run('deploy', { images: world.lastImages() });
    expect(again.report).toContain('nothing was deployed');
    expect(again.report).toContain('The rule hourly (target one) runs web:6 from now on, instead of web:5.');
    expect(await world.scheduled()).toEqual(all('web:6'));
  });

  it('return to what they ran before after a rollback, except what somebody changed since', async () => {
    await world.run('deploy');
    expect(await world.scheduled()).toEqual(all('web:7'));
    const schedule = await world.readSchedule('reports', 'weekly');
    await world.target('scheduler', 'UpdateSchedule', {
      ...{ Name: 'weekly', GroupName: 'reports', ScheduleExpression: 'cron(0 2 * * ? *)' },
      ...{ FlexibleTimeWindow: { Mode: 'OFF' }, Target: { ...schedule.Target, ...world.ecsTarget(`${familyArn}:2`) } },
    });
    const { status, report } = await world.run('rollback');
    expect(status).toBe('SUCCEEDED');
    expect(await world.revision()).toBe(`${familyArn}:6`);
    expect(await world.scheduled()).toEqual({
      ...all('web:6'),
      'reports/weekly': 'web:2',
    });
    expect(report).toContain('The schedule default/nightly runs web:6 from now on, instead of web:7.');
    expect(report).toContain('The rule hourly (target one) runs web:6 from now on, instead of web:7.');
  });
});

/** A person sets one schedule to an old revision, and changes the time of another schedule. UpdateService waits meanwhile. */
async function changeByHand(): Promise<void> {
  for (const [GroupName, Name, revision] of [
    ['reports', 'weekly', `${familyArn}:1`],
    ['default', 'nightly', undefined],
  ] as const) {
    const { Target } = await world.readSchedule(GroupName, Name);
    await world.target('scheduler', 'UpdateSchedule', {
      ...{ GroupName, Name, ScheduleExpression: 'cron(30 3 * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: revision === undefined ? Target : { ...Target, ...world.ecsTarget(revision) },
    });
  }
}

it('a release is refused before anything is changed if the role of a schedule may not run the new revision', async () => {
  const before = await world.revision();
  world.allowRevisions(`${familyArn}:6`);
  const { status, report } = await world.run('deploy');
  world.allowRevisions(`${familyArn}:*`);
  expect(status).toBe('FAILED');
  expect(report).toContain('would fail silently: its role');
  expect(report).toContain(`is not allowed ecs:RunTask on ${familyArn}:7`);
  expect(await world.revision()).toBe(before);
});

describe('for people', () => {
  beforeAll(async () => {
    await world.useOwnCredentials();
    vi.resetModules();
    const definition = {
      StartAt: 'Run',
      States: { Run: { Type: 'Pass', Result: { TaskDefinition: 'web:2' }, End: true } },
    };
    const machine = { name: 'import', definition: JSON.stringify(definition), roleArn: scheduleRole };
    await world.target('states', 'CreateStateMachine', machine);
  });

  it('gantry status shows everything of the family that runs another revision than the service', async () => {
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
    const task = { cluster: 'shop', taskDefinition: 'web:3', startedBy: 'batch', networkConfiguration };
    await world.target('ecs', 'RunTask', task);
    const { readTargetStatus } = await import('../../cli/target-status.ts');
    const { getTargetByName } = await import('../../core/config/targets.ts');
    const now = new Date(world.clock.now());
    const { taskDefinition, others } = await readTargetStatus(getTargetByName(config, 'test/web'), now, config);
    expect(taskDefinition).toBe(`${familyArn}:6`);
    expect(others).toEqual([
      { name: 'schedule reports/weekly', revision: 'web:2' },
      { name: 'schedule default/foreign', revision: 'web:1' },
      { name: 'state machine import', revision: 'web:2' },
      { name: 'running tasks of batch', revision: 'web:3' },
    ]);
  });

  it('the delivery board shows the configured schedules that run another revision than the service', async () => {
    const { createCollector } = await import('../../board/collect/collector.ts');
    const collector = createCollector(config, 'production', () => new Date(world.clock.now()));
    for (let ticks = 0; ticks < 5; ticks += 1) await collector.tick();
    const { badges } = collector.data().rows[0]!.cells.test!;
    expect(badges.filter(({ kind }) => kind === 'schedules' || kind === 'unknown')).toEqual([
      { kind: 'schedules', text: 'schedule reports/weekly: web:2', readAt: expect.any(String) },
    ]);
  });

  it.each([
    ['a role that may run only an old revision', `${familyArn}:6`, 'NG', 'would fail silently'],
    ['a role that may run every revision', `${familyArn}:*`, 'OK', 'can run its next revision'],
  ])('the doctor judges %s: %s → %s', async (_, pattern, state, text) => {
    world.allowRevisions(pattern);
    const { collectLiveFacts } = await import('../../cli/doctor/live-facts.ts');
    const { scheduleChecks } = await import('../../cli/doctor/check-schedules.ts');
    const { findServiceSettings } = await import('../../core/config/service-settings.ts');
    const facts = await collectLiveFacts(config, 'production', new Date(world.clock.now()));
    const target = config.targets[0]!;
    const results = scheduleChecks(target, findServiceSettings(target, 'web')!).map(({ run }) => run(facts));
    const [judged, named] = await Promise.all(results);
    expect(judged).toMatchObject({ state, says: expect.stringContaining(text) });
    expect(named!.state).toBe('OK');
  });
});

it('uses every permission for schedules that the role of the target has', () => {
  const used = world.cloud.authorizations
    .filter(({ principal }) => principal.includes('test-deployment'))
    .flatMap(({ allowedBy }) => allowedBy);
  for (const name of ['Schedules', 'ScheduleRules', 'PassScheduleRoles', 'SimulateScheduleRoles'])
    expect(used.some((statement) => statement.endsWith(name))).toBe(true);
});
