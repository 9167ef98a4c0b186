import { afterEach, beforeAll, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import type { FaultHooks } from '../../local/cloud.ts';
import { ConnectionDropped } from '../../local/faults/connection-dropped.ts';
import { type Grant, isAllowedByGrant, listGrants } from '../machine/grants.ts';
import { listOwnTasks } from '../machine/own-tasks.ts';
import { isDeniedWithout } from '../machine/reevaluate.ts';
import { startReleaseSystem } from '../machine/release-system.ts';
import { createTerminal, setCredentials } from './terminal.ts';

/* The fate of a command if calls and events are lost, if the command's function dies, or if somebody stops its execution. */
const viewers = ['arn:aws:iam::111111111111:user/admin'];
const targets = example.targets.map((target) => ({ ...target, viewers, manualTasks: 'allow' as const }));
const oneOff = [{ command: 'slow', seconds: 3600 }];

let system: Awaited<ReturnType<typeof startReleaseSystem>>;
let gantry: Awaited<ReturnType<typeof createTerminal>>;

beforeAll(async () => {
  system = await startReleaseSystem({ ...example, targets });
  setCredentials(system);
  gantry = await createTerminal(system);
  expect((await system.release(await system.push('commands', { oneOff }))).status).toBe('SUCCEEDED');
  await system.steady();
});

afterEach(() => {
  system.cloud.answers = selectAnswers();
  delete system.cloud.faultHooks;
});

const run = (command: string, ...more: string[]) =>
  gantry(['run', 'test/web', '--container', 'app', ...more, '--', command]);
const tasksOf = async (command: string) =>
  (await listOwnTasks(system)).filter(({ overrides }) => overrides.containerOverrides?.[0]?.command?.[0] === command);
const isByRole = ({ operation }: { operation: string }): boolean =>
  /^(RunTask|DescribeTasks|ListTasks|PutItem|GetItem|UpdateItem|DescribeServices|DescribeTaskDefinition|AssumeRole)$/.test(
    operation,
  );
const passOn: Omit<FaultHooks, 'call'> = { event: (_event, go) => go(), run: (_run, go) => go() };

it.each(['at-once', '5-seconds'])(
  'a command runs once, although each call is lost once, before or after its effect, and ECS shows its task %s',
  async (answer) => {
    system.cloud.answers = selectAnswers({ id: 'run-task-visible', answer });
    const lost = new Set<string>();
    system.cloud.faultHooks = {
      ...passOn,
      call: async (asked, go) => {
        const key = `${asked.service} ${asked.operation}`;
        if (!isByRole(asked) || lost.has(key) || lost.size > 12) return go();
        lost.add(key);
        if (lost.size % 2 === 0) await go();
        throw new ConnectionDropped();
      },
    };
    const ran = await run(`lost-${answer}`);
    expect([ran.exitCode, await tasksOf(`lost-${answer}`)], ran.out).toEqual([0, [expect.anything()]]);
    expect([...lost]).toContain('ecs RunTask');
  },
);

it('a command runs once, although its function dies right after RunTask', async () => {
  let deaths = 0;
  let started = false;
  system.cloud.faultHooks = {
    ...passOn,
    call: async (asked, go) => {
      const answer = await go();
      started ||= asked.operation === 'RunTask';
      return answer;
    },
    run: async ({ name }, go) => {
      const answer = await go();
      if (!name.endsWith('-run-command') || !started || deaths > 0) return answer;
      deaths += 1;
      const payload = JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' });
      return { payload, failed: true, log: '' };
    },
  };
  const ran = await run('dies');
  expect([ran.exitCode, deaths, await tasksOf('dies')]).toEqual([0, 1, [expect.anything()]]);
});

const entryOf = (out: string): string => /stop-execution --execution-arn (\S+)/.exec(out)?.[1] ?? '';
const untilStopped = (command: string) =>
  system.waitUntil(
    () => tasksOf(command),
    (tasks) => tasks.length > 0 && tasks.every(({ lastStatus }) => lastStatus === 'STOPPED'),
  );

it('the task of a stopped execution is stopped, although the event about its end is lost', async () => {
  const { out } = await gantry(['run', 'test/web', '--container', 'app', '--', 'slow'], { interrupt: 'Task https' });
  system.cloud.faultHooks = {
    ...passOn,
    event: (event, go) => {
      if (!JSON.stringify(event).includes('Execution Status Change')) go();
    },
    call: (_asked, go) => go(),
  };
  await system.build('states', 'StopExecution', { executionArn: entryOf(out) });
  const [task] = await untilStopped('slow');
  expect(task?.stoppedReason).toBe('Gantry: the execution that started it died.');
});

it('the task of an execution that was stopped just before RunTask is stopped', async () => {
  let stopped = false;
  system.cloud.faultHooks = {
    ...passOn,
    call: async (asked, go) => {
      if (asked.operation === 'RunTask' && !stopped) {
        stopped = true;
        await stopRunning();
      }
      return go();
    },
  };
  const ran = await run('slow', '--timeout-minutes', '60');
  expect(ran.exitCode).toBe(125);
  await untilStopped('slow');
});

async function stopRunning(): Promise<void> {
  const entry = system.system.entryMachines.find(({ kind, target }) => kind === 'run' && target === 'test')!;
  const listed = await system.build('states', 'ListExecutions', {
    stateMachineArn: entry.arn,
    statusFilter: 'RUNNING',
  });
  const { executions } = listed as { executions: { executionArn: string }[] };
  for (const { executionArn } of executions) await system.build('states', 'StopExecution', { executionArn });
}

it('every permission that only commands need is used by these commands, and without it a call of theirs is denied', async () => {
  const { cloud } = system;
  // The functions of this test write no log of their own. The log's delivery is set up by Step Functions itself.
  const isForCommands = ({ holder, statement: { Sid }, resource }: Grant): boolean =>
    !resource.includes(':333333333333:') &&
    ((/-run-command$/.test(holder) && Sid !== 'Log') ||
      (holder === 'gantry-production-run' && /InvokeFunctions|StoreTaskToken/.test(Sid)) ||
      (holder.endsWith('-report-dead-execution') && /TargetRoles|TaskRecords/.test(Sid)) ||
      (holder === 'test-deployment' && /RunTasks|StopTasks/.test(Sid)) ||
      (holder === 'test-deployment-viewer' && Sid === 'Logs'));
  const grants = listGrants(system.system).filter(isForCommands);
  const needless: string[] = [];
  for (const grant of grants) {
    const by = cloud.authorizations.filter((call) => isAllowedByGrant(call, grant));
    const denied = await Promise.all(by.slice(0, 3).map((call) => isDeniedWithout(cloud, call, grant)));
    if (!denied.includes(true)) needless.push(`${grant.holder} ${grant.statement.Sid} ${grant.action}`);
  }
  expect(needless).toEqual([]);
  expect([...new Set(grants.map(({ action }) => action))].toSorted()).toEqual([
    ...['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'ecs:RunTask', 'ecs:StopTask'],
    ...['lambda:InvokeFunction', 'logs:GetLogEvents', 'sts:AssumeRole'],
  ]);
});
