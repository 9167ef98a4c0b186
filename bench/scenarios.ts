import { harderScenarios } from './harder-scenarios.ts';
import { strategyScenarios } from './strategy-scenarios.ts';

/** The right verdict about a release. */
export type ExpectedVerdict = 'success' | 'failure' | 'superseded';

/** The event of ECS that makes the truth visible (bench/README.md). `stopped`: the nth task that stopped. `timed out`: a pause that nobody ended. */
export type FactRule = 'completed' | 'failed' | 'superseded' | 'impaired' | 'timed out' | { stopped: number };

/** A release under given circumstances. */
export interface Scenario {
  id: string;
  title: string;
  truth: ExpectedVerdict;
  /** The behaviour of the release's image, from its annotation (`local/ecs/behavior.ts`); `missing`: there is no such image. */
  image: string;
  desired: number;
  breaker: 'rolls back' | 'stops' | 'off';
  fact: FactRule;
  balanced?: boolean;
  /** Deployments of the service succeed when half of the tasks run (`bench/service.ts`). */
  early?: boolean;
  /** The service's own deployment configuration, if its deployments are not rolling updates. */
  strategy?: Readonly<Record<string, unknown>>;
  /** The action of another actor, `afterSeconds` after ECS started the deployment. */
  meanwhile?: { does: 'another release' | 'alarm' | 'continue'; afterSeconds: number };
  /** The events after the deployer has ended. */
  afterwards?: 'scaling alarm';
  /** The revision on which the service must end for a verdict to be right. */
  endsOn?: string;
  /** The events on the service before the release. */
  earlier?: 'a bad release' | 'deregistered' | 'role deleted';
  /** A second container. It comes first in the list, is not essential, and is killed with the task. */
  sidecar?: boolean;
  /** A verdict is right only if its reason contains this text. */
  reason?: string;
  /** The time limit of the scenario, if it needs more time than all others. */
  limitMinutes?: number;
  /** Whether the scenario takes longer than a quick run. */
  slow?: boolean;
}

const crashBehavior = '{"startSeconds":1,"then":"crash"}';
const defaults = { desired: 2, breaker: 'rolls back' } as const;

/** The scenarios in the order of the table. No id is part of another id, so that a call belongs to one cell only. */
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
  ...harderScenarios,
  ...strategyScenarios,
];
