/** What a deployer has to find out about a release. */
export type ExpectedVerdict = 'success' | 'failure' | 'superseded';

/** Which event of ECS makes the truth visible to whoever looks; bench/README.md says it in words. */
export type FactRule = 'completed' | 'failed' | 'superseded' | 'impaired' | { stopped: number };

/** One situation that a release comes into. */
export interface Scenario {
  id: string;
  title: string;
  truth: ExpectedVerdict;
  /** What the release's image does, as its annotation says it (`local/ecs/behavior.ts`); `missing`: nobody pushed it. */
  image: string;
  desired: number;
  breaker: 'rolls back' | 'stops' | 'off';
  fact: FactRule;
  balanced?: boolean;
  /** Its deployments succeed early: with half of the tasks (`bench/service.ts`). */
  early?: boolean;
  /** What somebody else does, so many seconds after ECS began the deployment. */
  meanwhile?: { does: 'another release' | 'alarm'; afterSeconds: number };
  /** What happens once the deployer is done. */
  afterwards?: 'scaling alarm';
  /** A verdict is right only if the service ends on this. */
  endsOn?: string;
  /** What happened to the service before the release. */
  earlier?: 'a bad release' | 'deregistered' | 'role deleted';
  /** A second container, listed first and not essential, which is killed with the task. */
  sidecar?: boolean;
  /** A verdict is right only if its reason has this text. */
  reason?: string;
  /** Takes longer than the short form has. */
  slow?: boolean;
}

const crashBehavior = '{"startSeconds":1,"then":"crash"}';
const defaults = { desired: 2, breaker: 'rolls back' } as const;

/** The scenarios, in the order of the table. No id is part of another, so that a call is of one cell only. */
export const scenarios: Scenario[] = [
  { ...defaults, id: 'healthy', title: 'healthy', truth: 'success', image: '{"startSeconds":5}', fact: 'completed' },
  {
    ...defaults,
    id: 'slowly',
    title: 'slow but healthy (150 s)',
    truth: 'success',
    image: '{"startSeconds":150}',
    fact: 'completed',
    slow: true,
  },
  {
    ...defaults,
    id: 'rolled-back',
    title: 'circuit breaker, rolls back',
    truth: 'failure',
    image: crashBehavior,
    fact: 'failed',
  },
  {
    ...defaults,
    id: 'stopped',
    title: 'circuit breaker, does not roll back',
    truth: 'failure',
    image: crashBehavior,
    breaker: 'stops',
    fact: 'failed',
  },
  {
    ...defaults,
    id: 'crash-loop',
    title: 'crash loop, no circuit breaker',
    truth: 'failure',
    image: crashBehavior,
    breaker: 'off',
    fact: { stopped: 3 },
  },
  {
    ...defaults,
    id: 'no-image',
    title: 'image cannot be pulled, no circuit breaker',
    truth: 'failure',
    image: 'missing',
    breaker: 'off',
    fact: { stopped: 1 },
  },
  {
    ...defaults,
    id: 'unhealthy',
    title: 'unhealthy at the load balancer',
    truth: 'failure',
    image: '{"startSeconds":1,"then":"unhealthy"}',
    desired: 3,
    fact: 'failed',
    balanced: true,
  },
  {
    ...defaults,
    id: 'superseded',
    title: 'superseded by another release',
    truth: 'superseded',
    image: '{"startSeconds":30}',
    fact: 'superseded',
    meanwhile: { does: 'another release', afterSeconds: 15 },
  },
  {
    ...defaults,
    id: 'alarmed',
    title: 'alarm, rolls back',
    truth: 'failure',
    image: '{"startSeconds":5}',
    fact: 'failed',
    meanwhile: { does: 'alarm', afterSeconds: 25 },
  },
  {
    ...defaults,
    id: 'early',
    title: 'early success (half of the tasks)',
    truth: 'success',
    image: '{"startSeconds":5}',
    fact: 'completed',
    early: true,
  },
  {
    ...defaults,
    id: 'second-bad',
    title: 'second bad release in a row',
    truth: 'failure',
    image: crashBehavior,
    breaker: 'stops',
    fact: 'failed',
    earlier: 'a bad release',
  },
  {
    ...defaults,
    id: 'deregistered',
    title: 'circuit breaker, previous revision deregistered',
    truth: 'failure',
    image: crashBehavior,
    breaker: 'stops',
    fact: 'failed',
    earlier: 'deregistered',
  },
  {
    ...defaults,
    id: 'scaling',
    title: 'scaling alarm after a good release',
    truth: 'success',
    image: '{"startSeconds":5}',
    fact: 'completed',
    afterwards: 'scaling alarm',
    endsOn: 'the release',
  },
  {
    ...defaults,
    id: 'no-task',
    title: 'launches that never create a task, no circuit breaker',
    truth: 'failure',
    image: '{"startSeconds":5}',
    breaker: 'off',
    fact: 'impaired',
    earlier: 'role deleted',
  },
  {
    ...defaults,
    id: 'trouble',
    title: 'no capacity for the first tasks, no circuit breaker',
    truth: 'success',
    image: '{"startSeconds":5,"firstTasks":4,"firstThen":"no-capacity"}',
    breaker: 'off',
    fact: 'completed',
  },
  {
    ...defaults,
    id: 'recovering',
    title: 'each task fails once and recovers, no circuit breaker',
    truth: 'success',
    image: '{"startSeconds":5,"afterSeconds":5,"firstTasks":6,"firstThen":"crash"}',
    desired: 6,
    breaker: 'off',
    fact: 'completed',
  },
  {
    ...defaults,
    id: 'sidecar',
    title: 'crash behind a sidecar that is killed with it, no circuit breaker',
    truth: 'failure',
    image: '{"startSeconds":1,"then":"crash","afterSeconds":3}',
    breaker: 'off',
    fact: { stopped: 3 },
    sidecar: true,
    reason: 'app exited with code 1',
  },
];
