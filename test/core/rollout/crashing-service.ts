import type { Verdict } from '../../../core/model/state-data.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import type { StoppedTask } from '../../../core/rollout/observed-task.ts';
import { canSkipHistory, hasWarningSigns } from '../../../core/rollout/service-events.ts';
import { judgeRollout } from '../../../core/rollout/verdict.ts';
import {
  ourDeployment,
  rolloutObservation,
  secondsAfterStart,
  serviceDeployment,
  serviceWith,
  startTime,
  stoppedTask,
} from './facts.ts';

/** A service whose tasks start, run for `runSeconds`, and crash. ECS replaces each task. All times are seconds after the deployment's start. */
export interface CrashingService {
  runSeconds: number;
  desired: number;
  bakeMinutes: number;
  woken: boolean;
  /** The number of tasks that crash (all by default), and how often each crashes until its replacement stays (forever by default). */
  crashing?: number;
  times?: number;
  breaker?: boolean;
  /** Whether ECS shows its history, and the deployment's `rolloutState`. */
  history?: boolean;
  rolloutState?: boolean;
  /** How long a task that ends is not yet shown as STOPPED. During this time, Fargate removes the task's network interface. */
  stoppingSeconds?: number;
  /** How much later each task crashes than the previous one. */
  staggerSeconds?: number;
}

const startSeconds = 20;
/** How long ECS's scheduler takes to create the replacement of a task that ended. */
const schedulerSeconds = 2;

interface Life {
  created: number;
  started: number;
  ended: number;
}

/** The lives of one desired task and of its replacements, until half an hour after the longest bake time. */
function livesOf(
  { runSeconds, desired, crashing = desired, times = Number.POSITIVE_INFINITY, ...one }: CrashingService,
  place: number,
): Life[] {
  const lives: Life[] = [];
  let created = 0;
  while (created < 6000) {
    const started = created + startSeconds;
    const stays = place >= crashing || lives.length >= times;
    const first = lives.length === 0 ? place * (one.staggerSeconds ?? 0) : 0;
    const ended = stays ? Number.POSITIVE_INFINITY : started + runSeconds + first;
    lives.push({ created, started, ended });
    created = ended + schedulerSeconds;
  }
  return lives;
}

const toStoppedTask = ({ created, started, ended }: Life, stoppingSeconds: number): StoppedTask =>
  stoppedTask({
    createdAt: secondsAfterStart(created),
    startedAt: secondsAfterStart(started),
    stoppingAt: secondsAfterStart(ended),
    stoppedAt: secondsAfterStart(ended + stoppingSeconds),
  });

const startEvent = ({ created }: Life) => ({
  at: secondsAfterStart(created),
  message: '(service web) has started 1 tasks: (task 0123).',
});
const steadyEvent = { at: secondsAfterStart(startSeconds), message: '(service web) has reached a steady state.' };

/** All answers of ECS at a time. */
function describeAt(given: CrashingService, seconds: number) {
  const { desired, breaker = false, rolloutState = true, stoppingSeconds = 10 } = given;
  const lives = Array.from({ length: desired }, (_, place) => livesOf(given, place)).flat();
  const begun = lives.filter(({ created }) => created <= seconds);
  const running = begun.filter(({ started, ended }) => started <= seconds && ended > seconds).length;
  const complete = seconds >= startSeconds;
  const state = rolloutState ? (complete ? 'COMPLETED' : 'IN_PROGRESS') : undefined;
  const events = [...begun.map(startEvent), ...(complete ? [steadyEvent] : [])];
  const service = serviceWith({
    desired,
    running,
    pending: desired - running,
    deployments: [ourDeployment({ desired, running, pending: desired - running, rolloutState: state })],
    // ECS keeps the newest 100 events (botocore ecs `Service.events`).
    events: events.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, 100),
    circuitBreaker: { enable: breaker, rollback: breaker },
  });
  const shown = begun.filter(({ ended }) => ended + stoppingSeconds <= seconds);
  return {
    service,
    serviceDeployment: serviceDeployment({ status: complete ? 'SUCCESSFUL' : 'IN_PROGRESS' }),
    stoppedTasks: shown.map((life) => toStoppedTask(life, stoppingSeconds)),
  };
}

/** Reads the same amount of data as a check (aws/rollout-observation.ts). */
function observe(given: CrashingService, earlier: Partial<RolloutObservation>, seconds: number): RolloutObservation {
  const { service, serviceDeployment: entry, stoppedTasks } = describeAt(given, seconds);
  const { bakeMinutes, history = true } = given;
  const now = secondsAfterStart(seconds);
  const glance = rolloutObservation({ ...earlier, now, bakeMinutes, service, serviceDeployment: undefined });
  if (canSkipHistory(glance)) return glance;
  const read = { ...glance, historyReadAt: now, serviceDeployment: history ? entry : undefined };
  return hasWarningSigns(read) ? { ...read, stoppedTasks } : read;
}

const toDate = (time: string | undefined) => (time === undefined ? undefined : new Date(time));

/** Checks the rollout at the intervals that its verdicts request, until a verdict is final. */
export function watchCrashingService(given: CrashingService): { verdict: Verdict; seconds: number } {
  let earlier: Partial<RolloutObservation> = {};
  // ECS's event about the completed deployment wakes an execution at once.
  let seconds = given.woken ? startSeconds + 1 : 12;
  for (let checks = 0; checks < 1000; checks += 1) {
    const subscription = { key: { pk: 'service#web', sk: 'watch' }, deployment: 'ecs-svc/2', woken: checks === 0 };
    const asked = { ...earlier, subscription: given.woken ? subscription : undefined };
    const verdict = judgeRollout(observe(given, asked, seconds), new Date(startTime));
    if (verdict.outcome !== 'going on') return { verdict, seconds };
    const { stableAt, desiredAtStable, historyReadAt, waitSeconds } = verdict;
    earlier = { stableAt: toDate(stableAt), desiredAtStable, historyReadAt: toDate(historyReadAt) };
    seconds += waitSeconds;
  }
  throw new Error('The rollout has no final verdict after 1000 checks.');
}
