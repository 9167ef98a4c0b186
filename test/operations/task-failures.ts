import type { TaskRun } from '../../core/model/release-task.ts';
import { decideFromDescribedTask, decideFromTaskRecord } from '../../core/release-tasks/decide.ts';
import { formatTaskFailure } from '../../core/release-tasks/messages.ts';
import { type DescribedTask, judgeTaskEnd } from '../../core/release-tasks/task-end.ts';
import { requireLeaseForTasks } from '../../core/service/lease.ts';
import type { MessageCatalogue } from './validation-errors.ts';

const start = '2026-11-29T09:00:00.000Z';
const task = 'arn:aws:ecs:eu-west-1:222222222222:task/shop/11111111111111111111111111111111';
const target = { roleArn: 'arn:aws:iam::222222222222:role/x', region: 'eu-west-1', cluster: 'shop', service: 'web' };
const run: TaskRun = { phase: 'preDeploy', name: 'migrate', task, start, end: start };
const record = {
  execution: 'arn',
  phase: 'preDeploy' as const,
  name: 'migrate',
  id: '0'.repeat(32),
  intendedAt: start,
};
const later = new Date('2026-11-29T12:00:00.000Z');

const fail = (how: string): never => {
  const message = formatTaskFailure(run, how, { target, revision: 'web:8' });
  throw Object.assign(new Error(message), { name: 'JobFailed' });
};

/** Fails like a task that stopped in this way. */
const end =
  (change: Partial<DescribedTask>, exitCode?: number, stopRequested = false) =>
  (): never => {
    const stopped = { arn: task, lastStatus: 'STOPPED', desiredStatus: 'STOPPED', startedAt: later };
    const found = { ...stopped, containers: [{ name: 'app', exitCode }], ...change };
    const judged = judgeTaskEnd(found, { container: 'app', timeoutMinutes: 30, stopRequested });
    return judged.outcome === 'failed' ? fail(judged.how) : fail('succeeded');
  };

/** The messages about pre- and post-deploy tasks. */
export const taskErrors: MessageCatalogue = {
  'deploy task … failed: … exited with code': end({ stopCode: 'EssentialContainerExited' }, 1),
  'deploy task … could not start': end({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError' }),
  'deploy task … was stopped by somebody': end({ stopCode: 'UserInitiated' }, 143),
  'deploy task … lost its host or its capacity': end({ stopCode: 'SpotInterruption' }),
  'deploy task … did not end within its … minutes': end({}, 143, true),
  'deploy task … ended without an exit code of': end({}),
  'It is not known whether the task … ran': () => decideFromTaskRecord(record, later),
  'It is not known how the task … ended': () =>
    decideFromDescribedTask(undefined, {
      record: { ...record, task },
      settings: { container: 'app', timeoutMinutes: 5 },
      now: later,
    }),
  'No pre-deploy task was run': () => requireLeaseForTasks({ status: 'none', warning: '' }),
};
