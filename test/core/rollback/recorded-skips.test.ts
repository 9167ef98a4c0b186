import { describe, expect, it } from 'vitest';
import { decideRollback } from '../../../core/rollback/decide.ts';
import { createRollbackDecision } from '../../../core/rollback/decision-data.ts';
import {
  alarmCause,
  atMinute,
  type FactsChange,
  failedDeploymentCause,
  ledgerEntry,
  ongoingDeployment,
  pastDeployment,
  revisionArn,
  rollbackFacts,
  serviceWith,
} from './facts.ts';

/*
 * A rollback with nothing to do, and whether the ledger, the events and the messages report it. A person always gets the result of a request. An event is
 * recorded if it says that a deployment of Gantry is bad, and no execution handles that deployment.
 */

const manual = { kind: 'hand' as const, by: 'ada' };
const event = { type: 'event' as const, id: '1', detailType: 'CloudWatch Alarm State Change', account: '222222222222' };
const knownGood = [pastDeployment('web:3', 20), pastDeployment('web:2', 10), pastDeployment('web:1', 0)];
const none = { successes: [pastDeployment('web:3', 20)] };
const restored = { successes: [pastDeployment('web:2', 25), ...knownGood] };
const skipped = (from: number) =>
  ledgerEntry('web:3', [from, from + 1], { kind: 'rollback', source: event, result: 'NothingToDo', after: undefined });
const withStatus = (word: string) => ({ newest: { ...pastDeployment('web:4', 25), status: word } });

const skips: [when: string, change: FactsChange, byPerson: boolean | undefined, byEvent: boolean][] = [
  ['nothing is known good', none, true, true],
  ['the service runs a restored revision already', restored, undefined, true],
  ['the release asked not to be rolled back', { declined: 'arn:deploy' }, undefined, true],
  ['another execution is responsible', { ...none, responsible: 'arn:deploy' }, true, false],
  ['the deployment is not of Gantry', { ...none, mayRollBackForeign: false, entries: [] }, true, false],
  ['ECS rolls back', { newest: ongoingDeployment('web:4', 25, 'ROLLBACK_IN_PROGRESS') }, true, false],
  ['ECS has rolled back', withStatus('ROLLBACK_SUCCESSFUL'), undefined, false],
  ['a rollback is in progress', { newest: ongoingDeployment('web:2', 25) }, true, false],
  ['an event has been recorded since the deployment began', { ...none, entries: [skipped(24)] }, true, false],
  ['an event was recorded before the deployment began', { ...none, entries: [skipped(10)] }, true, true],
];

const recordedBy = (change: FactsChange): boolean | undefined => {
  const facts = rollbackFacts(change);
  const decision = createRollbackDecision(facts, decideRollback(facts));
  if (decision.do !== 'nothing') return undefined;
  if (decision.service !== undefined)
    expect(decision.service).toEqual({ target: facts.target, taskDefinition: facts.service.taskDefinition });
  return decision.service !== undefined;
};

describe('a rollback with nothing to do is recorded', () => {
  it.each(skips)('if %s: for a person, and for an event', (_, change, byPerson, byEvent) => {
    expect([recordedBy({ ...change, cause: manual }), recordedBy({ ...change, cause: alarmCause(28) })]).toEqual([
      byPerson,
      byEvent,
    ]);
  });

  it.each<[what: string, change: FactsChange]>([
    ['an alarm from before the deployment', { cause: alarmCause(19) }],
    ['an alarm that is over', { cause: alarmCause(24), alarming: false }],
    ['an alarm long after the deployment', { cause: alarmCause(84), now: atMinute(84) }],
    ['a deployment that is not the newest', { cause: failedDeploymentCause('ecs-svc/1') }],
    ['a service that is gone', { cause: alarmCause(25), service: serviceWith('web:3', { status: 'INACTIVE' }) }],
    ['a service without a history', { cause: alarmCause(25), newest: undefined }],
  ])('not for an event about %s', (_, change) => {
    expect(recordedBy({ ...none, ...change })).toBe(false);
  });

  it('for a person who names the revision that the service runs', () => {
    expect(recordedBy({ cause: { ...manual, revision: 'web:3' } })).toBe(true);
    expect(rollbackFacts().service.taskDefinition).toBe(revisionArn('web:3'));
  });
});
