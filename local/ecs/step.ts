import { change } from './change.ts';
import { say } from './events.ts';
import { judge } from './judge.ts';
import { now } from './names.ts';
import { type Moves, schedule } from './schedule.ts';
import { tasksOf } from './service-view.ts';
import { settle } from './settle.ts';
import type { Deployment, Ecs, EcsService } from './state.ts';
import { stopTask } from './stop-task.ts';
import type { Task } from './task.ts';
import { launch } from './task-life.ts';
import { wake } from './wake.ts';

const live = (task: Task): boolean => task.desiredStatus === 'RUNNING';

const countsOf = (tasks: Task[]) => ({ live: tasks.length, healthy: tasks.filter((task) => task.healthy).length });

const names = (tasks: Task[]): string => tasks.map((task) => `(task ${task.id})`).join(' ');

/** A deployment that was replaced leaves the list when its last task has stopped. */
const dropReplaced = (service: EcsService): void => {
  service.deployments = service.deployments.filter((each) => each.status === 'PRIMARY' || tasksOf(each).length > 0);
};

const begin = (ecs: Ecs, { of }: Deployment): void => {
  if (of.status === 'PENDING') change(of, { status: 'IN_PROGRESS', startedAt: now(ecs), updatedAt: now(ecs) });
};

const start = (ecs: Ecs, primary: Deployment, count: number): void => {
  if (ecs.cloud.clock.now() < primary.notBefore) wake(ecs, primary.of.service, primary.notBefore);
  else {
    const started = Array.from({ length: count }, () => launch(ecs, primary));
    say(ecs, primary.of.service, `has started ${count} tasks: ${names(started)}.`);
  }
};

const stop = (ecs: Ecs, primary: Deployment, tasks: Task[]): void => {
  if (tasks.length === 0) return;
  const reason = `Scaling activity initiated by (deployment ${primary.id})`;
  for (const task of tasks) stopTask(ecs, task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: reason });
  const running = tasks.filter((task) => task.startedAt !== undefined);
  const pending = tasks.length - running.length;
  if (running.length > 0)
    say(ecs, primary.of.service, `has stopped ${running.length} running tasks: ${names(running)}.`);
  if (pending > 0) say(ecs, primary.of.service, `stopped ${pending} pending tasks.`);
};

const blockedWords =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
  'Update the minimumHealthyPercent or maximumPercent value and try again.';

function act(ecs: Ecs, primary: Deployment, tasks: { own: Task[]; others: Task[] }, moves: Moves): void {
  const { service } = primary.of;
  const healthy = tasks.others.filter((task) => task.healthy);
  const unhealthy = tasks.others.filter((task) => !task.healthy);
  // The newest of the own tasks go first when there are too many: they have done the least work.
  const surplus = moves.stopPrimary === 0 ? [] : tasks.own.slice(-moves.stopPrimary);
  stop(ecs, primary, [...healthy.slice(0, moves.stopOthers.healthy), ...unhealthy, ...surplus]);
  if (moves.start > 0) start(ecs, primary, moves.start);
  if (moves.start + moves.stopPrimary + moves.stopOthers.healthy > 0) service.steady = false;
  if (moves.blocked && !service.events[0]?.message.endsWith(blockedWords)) say(ecs, service, blockedWords);
}

/** Brings a service's tasks closer to what is wanted, as far as the percentages allow; a failed deployment is left alone. */
function move(ecs: Ecs, service: EcsService, primary: Deployment): void {
  if (primary.rolloutState === 'FAILED' && service.status === 'ACTIVE') return;
  const all = [...service.tasks].filter(live);
  const own = all.filter((task) => task.deployment === primary);
  const others = all.filter((task) => task.deployment !== primary);
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.settings.deploymentConfiguration ?? {};
  const counts = { primary: countsOf(own), others: countsOf(others) };
  const { proven = false } = primary;
  const moves = schedule({ desired: service.desiredCount, minimumHealthyPercent, maximumPercent, proven, ...counts });
  act(ecs, primary, { own, others }, moves);
}

/** One look of the scheduler at a service. */
export function step(ecs: Ecs, service: EcsService): void {
  judge(ecs, service);
  dropReplaced(service);
  const [primary] = service.deployments;
  if (primary !== undefined) {
    begin(ecs, primary);
    move(ecs, service, primary);
  }
  settle(ecs, service);
}
