import { afterEach, describe, expect, it } from 'vitest';
import type { OperationRequest } from '../../local/cloud.ts';
import { failPlacements } from '../../local/ecs.ts';
import { ConnectionDropped } from '../../local/faults/connection-dropped.ts';
import { type Grant, isAllowedByGrant, listGrants } from './grants.ts';
import { commandsOf, listOwnTasks, type TaskView } from './own-tasks.ts';
import { isDeniedWithout } from './reevaluate.ts';
import { type EndedRelease, startReleaseSystem } from './release-system.ts';
import { withTasks } from './with-tasks.ts';

/*
 * One system for all releases. Each case looks only at the tasks that its own release started. ECS shows a stopped task for an hour, so the cases ignore the
 * tasks from before the release.
 */
const system = await startReleaseSystem(
  withTasks({ preDeploy: [{ name: 'migrate', stopOnDeath: true }], postDeploy: [{ name: 'smoke' }] }),
);
const { cloud, push, service, steady, testAccount } = system;

afterEach(async () => {
  delete cloud.faultHooks;
  failPlacements(cloud, clusterArn);
  await steady();
});

const clusterArn = 'arn:aws:ecs:eu-west-1:222222222222:cluster/web-shop';
const message = ({ output, cause }: EndedRelease): string => output.report?.message ?? cause ?? '';

/** Releases an image whose commands behave like this. Returns the end, the revision before and after, and the commands that ran meanwhile. */
let count = 0;
async function release(oneOff: object[], more: Record<string, unknown> = {}, act?: () => Promise<void>) {
  const before = (await service()).taskDefinition;
  const known = (await listOwnTasks(system)).map(({ taskArn }) => taskArn);
  count += 1;
  const images = [{ name: 'app', imageUri: await push(`release-${count}`, { oneOff }) }];
  const execution = await system.begin({ target: 'test/web', images, ...more });
  await act?.();
  const ended = await system.end(execution);
  const ran = (await listOwnTasks(system)).filter(({ taskArn }) => !known.includes(taskArn));
  return {
    ended,
    text: message(ended),
    before,
    after: (await service()).taskDefinition,
    commands: commandsOf(ran),
    ran,
    execution,
  };
}

const name = (revision: string): string => revision.split('/').at(-1) ?? '';

it('a release runs each of its tasks once, on the new revision and like a task of the service', async () => {
  const { ended, text, after, commands, ran } = await release([]);
  expect(ended.status).toBe('SUCCEEDED');
  expect(commands).toEqual(['bin/migrate', 'bin/smoke']);
  for (const task of ran)
    expect(task).toMatchObject({
      taskDefinitionArn: after,
      launchType: 'FARGATE',
      group: 'family:web',
      attachments: expect.anything(),
    });
  expect(text).toMatch(/The pre-deploy task migrate \(\d+ s\), the post-deploy task smoke \(\d+ s\) succeeded\./);
  const waits = ended.states.filter((state) => state === 'Wait For Task Event');
  expect(waits, 'the event of each task ends the wait for it').toHaveLength(2);
});

describe('a pre-deploy task that fails leaves the service untouched', () => {
  const stopIt = async (): Promise<void> => {
    const isRunning = ({ lastStatus }: { lastStatus: string }): boolean => lastStatus === 'RUNNING';
    const tasks = await system.waitUntil(
      () => listOwnTasks(system),
      (all) => all.some(isRunning),
    );
    const task = tasks.find(isRunning)!.taskArn;
    await testAccount('ecs', 'StopTask', { cluster: 'web-shop', task, reason: 'Enough of this.' });
  };
  const migrate = (behavior: object) => [{ command: 'bin/migrate', ...behavior }];

  it.each<[string, object[], RegExp, (() => Promise<void>)?]>([
    [
      'exit code 3',
      migrate({ exitCode: 3, log: ['relation users exists'] }),
      /migrate of web:\d+ failed: app exited with code 3 \(after \d+ s\)[\s\S]*relation users exists/,
    ],
    ['no memory', migrate({ ends: 'out-of-memory' }), /failed: app ran out of memory/],
    ['no end', migrate({ ends: 'hang' }), /did not end within its 10 minutes, and Gantry stopped it \(after 1\d min/],
    ['no start', migrate({ ends: 'cannot-start' }), /could not start: /],
    ['a lost host', migrate({ ends: 'lose-host', seconds: 40 }), /lost its host or its capacity: /],
    ['a person', migrate({ seconds: 300 }), /was stopped by somebody: Enough of this/, stopIt],
    ['no capacity', [], /could not start: RESOURCE:CPU/, async () => failPlacements(cloud, clusterArn, 'RESOURCE:CPU')],
  ])('%s', async (_, oneOff, expected, act) => {
    const { ended, text, before, after, commands } = await release(oneOff, {}, act);
    expect(text).toMatch(expected);
    expect([ended.status, ended.error, after]).toEqual(['FAILED', 'JobFailed', before]);
    expect(text).toContain(`test/web was not touched and runs ${name(before)}; the revision web:`);
    expect(ended.states).not.toContain('Update Service');
    expect(commands.filter((command) => command === 'bin/smoke')).toEqual([]);
    const running = (await listOwnTasks(system)).filter(({ lastStatus }) => lastStatus === 'RUNNING');
    expect(running).toEqual([]);
  });
});

describe('a post-deploy task that fails', () => {
  const smoke = [{ command: 'bin/smoke', exitCode: 1 }];

  it('is a failed rollout, whose rollback runs no task and names the migration that stays', async () => {
    const { ended, text, before, after, commands } = await release(smoke);
    expect(text).toContain('The post-deploy task smoke of web:');
    expect(text).toMatch(
      /The pre-deploy task migrate of web:\d+ has run, and a rollback does not undo what it changed\./,
    );
    expect([ended.status, after]).toEqual(['FAILED', before]);
    expect(commands).toEqual(['bin/migrate', 'bin/smoke']);
  });

  it('is not rolled back if the release asks for that', async () => {
    const { text, before, after } = await release(smoke, { rollBackOnFailure: false });
    expect(text).toContain('It was not rolled back, as requested.');
    expect(after).not.toBe(before);
    expect((await release([])).ended.status).toBe('SUCCEEDED');
  });
});

describe('the tasks of a redeploy', () => {
  it.each([
    ['do not run', {}, [], 'did not run, because the service already ran'],
    ['run if a person asks for it', { runPreDeploy: true }, ['bin/migrate', 'bin/smoke'], 'succeeded'],
  ])('%s', async (_, more, expected, text) => {
    const known = (await listOwnTasks(system)).map(({ taskArn }) => taskArn);
    const ended = await system.end(await system.begin({ target: 'test/web', ...more }));
    const ran = (await listOwnTasks(system)).filter(({ taskArn }) => !known.includes(taskArn));
    expect([ended.status, commandsOf(ran)]).toEqual(['SUCCEEDED', expected]);
    expect(message(ended)).toContain(text);
  });

  it('are left out if a person says why', async () => {
    const { text, commands } = await release([], { skipPreDeploy: true, reason: 'It ran by hand.' });
    expect(commands).toEqual(['bin/smoke']);
    expect(text).toContain('Left out on request: migrate.');
  });
});

describe('a task runs once in an execution', () => {
  const died = { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' };
  const isCallOfTask = ({ as, service: of }: OperationRequest): boolean =>
    as.caller.arn.includes('-run-task') || (of === 'ecs' && as.caller.arn.includes('test-deployment'));

  it('although each of its calls is lost once, before or after its effect', async () => {
    const lost = new Set<string>();
    cloud.faultHooks = {
      event: (_event, go) => go(),
      run: (_run, go) => go(),
      call: async (asked, go) => {
        const key = `${asked.service} ${asked.operation}`;
        if (!isCallOfTask(asked) || lost.has(key) || lost.size > 12) return go();
        lost.add(key);
        if (lost.size % 2 === 0) await go();
        throw new ConnectionDropped();
      },
    };
    const { ended, commands, text } = await release([]);
    expect([ended.status, commands], text).toEqual(['SUCCEEDED', ['bin/migrate', 'bin/smoke']]);
    expect([...lost]).toContain('ecs RunTask');
  });

  it('although its function dies right after RunTask', async () => {
    let deaths = 0;
    let ran = false;
    cloud.faultHooks = {
      event: (_event, go) => go(),
      call: async (asked, go) => {
        const answer = await go();
        if (asked.operation === 'RunTask') ran = true;
        return answer;
      },
      run: async ({ name: of }, go) => {
        const answer = await go();
        if (!of.endsWith('-run-task') || !ran || deaths > 0) return answer;
        deaths += 1;
        return { payload: JSON.stringify(died), failed: true, log: '' };
      },
    };
    const { ended, commands } = await release([]);
    expect([ended.status, commands, deaths]).toEqual(['SUCCEEDED', ['bin/migrate', 'bin/smoke'], 1]);
  });
});

describe('the task of an execution that somebody aborts', () => {
  const abortDuring = async (command: string): Promise<void> => {
    const isRunning = (one: TaskView): boolean => one.lastStatus === 'RUNNING' && commandsOf([one])[0] === command;
    await system.waitUntil(
      () => listOwnTasks(system),
      (all) => all.some(isRunning),
    );
    const { executions } = (await system.build('states', 'ListExecutions', {
      stateMachineArn: system.system.machine.arn,
      statusFilter: 'RUNNING',
    })) as { executions: { executionArn: string }[] };
    for (const { executionArn } of executions) await system.build('states', 'StopExecution', { executionArn });
  };

  /** Returns the reason in the ledger for the end of an execution. */
  async function readReason(execution: string): Promise<string> {
    const query = {
      TableName: system.system.table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'service#222222222222/eu-west-1/web-shop/web' } },
    };
    const read = async () =>
      ((await system.build('dynamodb', 'Query', query)) as { Items: Record<string, { S?: string }>[] }).Items;
    const find = (items: Record<string, { S?: string }>[]) =>
      items.find((item) => item.execution?.S === execution && item.end !== undefined);
    return find(await system.waitUntil(read, (items) => find(items) !== undefined))?.reason?.S ?? '';
  }

  it('is stopped if the configuration says so, and the report names it', async () => {
    const oneOff = [{ command: 'bin/migrate', ends: 'hang' }];
    const { execution, before, after } = await release(oneOff, {}, () => abortDuring('bin/migrate'));
    const text = await readReason(execution);
    expect(text).toContain('The pre-deploy task migrate was stopped, because its execution died: https://');
    const own = await system.waitUntil(
      () => listOwnTasks(system),
      (all) => all.every(({ lastStatus }) => lastStatus === 'STOPPED'),
    );
    expect(own.map(({ stoppedReason }) => stoppedReason)).toContain('Gantry: the execution that started it died.');
    expect(after).toBe(before);
  });

  it('is only named in the report if the configuration does not say so', async () => {
    const oneOff = [{ command: 'bin/smoke', ends: 'hang' }];
    const { execution } = await release(oneOff, {}, () => abortDuring('bin/smoke'));
    expect(await readReason(execution)).toContain('The post-deploy task smoke may still run: https://');
    const running = (await listOwnTasks(system)).filter(({ lastStatus }) => lastStatus === 'RUNNING');
    expect(commandsOf(running)).toEqual(['bin/smoke']);
    await testAccount('ecs', 'StopTask', { cluster: 'web-shop', task: running[0]!.taskArn });
    expect((await release([])).ended.status).toBe('SUCCEEDED');
  });
});

describe('every permission that only tasks need', () => {
  // The functions of this test write no log of their own.
  const isForTasks = ({ holder, statement, resource }: Grant): boolean =>
    (holder.endsWith('-run-task') && statement.Sid !== 'Log' && !resource.includes(':333333333333:')) ||
    (holder === 'test-deployment' && ['RunTasks', 'StopTasks'].includes(statement.Sid));

  it('is used by these releases, and without it a call of theirs is denied', async () => {
    const grants = listGrants(system.system).filter(isForTasks);
    const needless: string[] = [];
    for (const grant of grants) {
      const by = cloud.authorizations.filter((call) => isAllowedByGrant(call, grant));
      const denied = await Promise.all(by.slice(0, 3).map((call) => isDeniedWithout(cloud, call, grant)));
      if (!denied.includes(true)) needless.push(`${grant.holder} ${grant.statement.Sid} ${grant.action}`);
    }
    expect(needless).toEqual([]);
    expect([...new Set(grants.map(({ action }) => action))].toSorted()).toEqual([
      ...['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      ...['ecs:RunTask', 'ecs:StopTask', 'sts:AssumeRole'],
    ]);
  });
});
