import { shortenForeignText } from '../parsing/display-text.ts';
import type { StoppedTask } from './observed-task.ts';

/** ECS's texts about a stopped task and each of its containers. */
export const listStopTexts = ({ stoppedReason = '', containers }: StoppedTask): string[] =>
  [stoppedReason, ...containers.map(({ reason = '' }) => reason)].map(shortenForeignText);

/**
 * Whether a health check found the task unhealthy. Only the reason shows this, because ECS's scheduler uses the same stop code for any task that it
 * replaces.
 */
export const isUnhealthyTask = ({ stoppedReason = '' }: StoppedTask): boolean =>
  /health check|unhealthy/i.test(stoppedReason);

/** Whether a person or the service's scheduler stopped the task, for another reason than its health. */
export const isNormalReplacement = (task: StoppedTask): boolean =>
  task.stopCode === 'UserInitiated' || (task.stopCode === 'ServiceSchedulerInitiated' && !isUnhealthyTask(task));

/**
 * Returns when the task ended. ECS starts the replacement at that time, before STOPPED shows (the network interface is still being removed).
 * Undefined if ECS shows no time.
 */
export const taskEndTimeOf = ({ stoppingAt, stoppedAt }: StoppedTask): Date | undefined => stoppingAt ?? stoppedAt;
