import type { ServiceName } from './config.ts';

/** The images, by their behaviour when they run (local/README.md). */
export const imageBehaviors = {
  good: { oneOff: [{ command: 'bin/fail', exitCode: 1 }] },
  better: {},
  slow: { startSeconds: 240 },
  crash: Object.fromEntries([
    ['then', 'crash'],
    ['exitCode', 3],
  ]),
  foreign: {},
} satisfies Record<string, Record<string, unknown>>;

export type ImageName = keyof typeof imageBehaviors;

/** An act of an actor. `at`: when it happens, in simulated seconds after the start of the run. */
export type Act =
  | { after: number; do: 'release' | 'update'; image: ImageName }
  | { after: number; do: 'start pipeline'; image: ImageName; by: 'custom action' | 'lambda' }
  | { after: number; do: 'abandon pipeline' | 'roll back' };

/** The acts for one service, and the result that every answer must lead to. */
export interface Scenario {
  service: ServiceName;
  breaker: 'none' | 'stops' | 'rolls back';
  /** Whether the service is deployed in two steps of its traffic. */
  canary?: true;
  acts: Act[];
  /** The final statuses of the executions that the acts started, in order. For a pipeline, the status of its own execution. */
  ends: string[];
  /** Texts that the last execution's report must contain, and texts that it must not contain. */
  says?: { must?: RegExp; never?: RegExp };
  /** The number of tasks that the scenario's releases run. At the end, the schedule of such a service runs the service's revision. */
  tasks?: number;
  /** The image that the service runs at the end. */
  runs: ImageName | 'first';
}

export const scenarios: Scenario[] = [
  {
    service: 'good',
    breaker: 'rolls back',
    acts: [{ after: 0, do: 'release', image: 'good' }],
    ends: ['SUCCEEDED'],
    runs: 'good',
  },
  {
    service: 'ecs-rolls-back',
    breaker: 'rolls back',
    acts: [{ after: 0, do: 'release', image: 'crash' }],
    ends: ['FAILED'],
    says: { must: /ECS/, never: /somebody/ },
    runs: 'first',
  },
  {
    service: 'we-update',
    breaker: 'stops',
    acts: [{ after: 0, do: 'release', image: 'crash' }],
    ends: ['FAILED'],
    says: { never: /somebody/ },
    runs: 'first',
  },
  {
    service: 'we-stop',
    breaker: 'none',
    acts: [{ after: 0, do: 'release', image: 'crash' }],
    ends: ['FAILED'],
    says: { never: /somebody/ },
    runs: 'first',
  },
  {
    service: 'superseded',
    breaker: 'rolls back',
    acts: [
      { after: 0, do: 'release', image: 'slow' },
      { after: 60, do: 'update', image: 'foreign' },
    ],
    ends: ['FAILED'],
    says: { must: /superseded by/ },
    runs: 'foreign',
  },
  {
    service: 'by-hand',
    breaker: 'rolls back',
    acts: [
      { after: 0, do: 'release', image: 'good' },
      { after: 300, do: 'release', image: 'better' },
      { after: 600, do: 'roll back' },
    ],
    ends: ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'],
    runs: 'good',
  },
  {
    service: 'by-event',
    breaker: 'stops',
    acts: [
      { after: 0, do: 'release', image: 'good' },
      { after: 300, do: 'update', image: 'crash' },
    ],
    ends: ['SUCCEEDED'],
    runs: 'good',
  },
  {
    service: 'job',
    breaker: 'rolls back',
    acts: [{ after: 0, do: 'start pipeline', image: 'good', by: 'custom action' }],
    ends: ['Succeeded'],
    runs: 'good',
  },
  {
    service: 'lambda-job',
    breaker: 'rolls back',
    acts: [{ after: 0, do: 'start pipeline', image: 'good', by: 'lambda' }],
    ends: ['Succeeded'],
    runs: 'good',
  },
  {
    service: 'failed-job',
    breaker: 'rolls back',
    acts: [{ after: 0, do: 'start pipeline', image: 'crash', by: 'custom action' }],
    ends: ['Failed'],
    runs: 'first',
  },
  {
    service: 'abandoned-job',
    breaker: 'rolls back',
    acts: [
      { after: 0, do: 'start pipeline', image: 'slow', by: 'custom action' },
      { after: 240, do: 'abandon pipeline' },
    ],
    ends: ['Stopped'],
    runs: 'slow',
  },
  {
    service: 'shifts',
    breaker: 'rolls back',
    canary: true,
    acts: [{ after: 0, do: 'release', image: 'good' }],
    ends: ['SUCCEEDED'],
    runs: 'good',
  },
  {
    service: 'shift-fails',
    breaker: 'rolls back',
    canary: true,
    acts: [{ after: 0, do: 'release', image: 'crash' }],
    ends: ['FAILED'],
    says: { must: /It came to the stage SCALE_UP, with at most 0 %/, never: /somebody/ },
    runs: 'first',
  },
  {
    service: 'with-tasks',
    breaker: 'rolls back',
    // The start time of the schedule has passed by then.
    acts: [{ after: 360, do: 'release', image: 'good' }],
    ends: ['SUCCEEDED'],
    tasks: 2,
    runs: 'good',
  },
  {
    service: 'task-fails',
    breaker: 'rolls back',
    acts: [{ after: 0, do: 'release', image: 'good' }],
    ends: ['FAILED'],
    says: { must: /The pre-deploy task migrate of task-fails:2 failed: app exited with code 1/ },
    tasks: 1,
    runs: 'first',
  },
];
