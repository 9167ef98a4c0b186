import * as z from 'zod';
import config from '#config';
import { findServicesWithAlarm } from '../aws/alarm-targets.ts';
import { type ClockAndLogger, createLambdaHandler } from '../aws/lambda.ts';
import { findMatchedServicesWithAlarm } from '../aws/matched-services.ts';
import { logMetricIfOverdue } from '../aws/overdue-rollback.ts';
import {
  findResponsibleExecutions,
  findWatchingExecution,
  type ResponsibleExecutions,
} from '../aws/responsible-execution.ts';
import { pinChosenRollback } from '../aws/revision-tags.ts';
import { readServiceStateAndHistory, type ServiceStateAndHistory } from '../aws/service-history.ts';
import { wakeWatchers } from '../aws/wake-watchers.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import { findTargetOfRole } from '../core/config/targets.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { Target } from '../core/model/release.ts';
import type { RollbackCause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/rollback-decision.ts';
import { parseWithSchema } from '../core/parsing/validation.ts';
import { selectWrappedInput } from '../core/parsing/wrapped-input.ts';
import { parseRollbackRequest, type RollbackRequest } from '../core/request/rollback.ts';
import { createRollbackFacts, createRollbackFactsQuery } from '../core/rollback/create-facts.ts';
import { createLeaveToWatcherPlan, decideRollback } from '../core/rollback/decide.ts';
import { createRollbackDecision } from '../core/rollback/decision-data.ts';
import { createDeclinedRollbackCheck, createResponsibilityCheck } from '../core/rollback/responsible-execution.ts';
import { findConfiguredSchedules } from '../core/schedule/rules.ts';
import type { TargetSession } from '../core/service/session-policy.ts';

const stage = process.env.STAGE ?? defaultStage;

const eventSchema = z.object({
  execution: z.string(),
  /** When the execution began. A decision that has not been possible for an hour is overdue, like any other step of the rollback. */
  started: z.iso.datetime({ offset: true }).optional(),
  input: z.unknown(),
});

/** State Decide Rollback: decides whether and how to roll back, and why. */
export const handler = createLambdaHandler(
  (given) => {
    const { execution, started, input } = eventSchema.parse(given);
    return { execution, started, request: parseRollbackRequest(selectWrappedInput(input), config, stage) };
  },
  async ({ execution, started, request }, clockAndLogger): Promise<RollbackDecision> => {
    const { logger } = clockAndLogger;
    if (started !== undefined) logMetricIfOverdue(started, config, clockAndLogger);
    const decision = await decide(request, { execution, access: 'decide rollback' }, clockAndLogger);
    logger.info(`The rollback: ${decision.do}`, { reason: decision.reason });
    return decision;
  },
);

async function decide(
  request: RollbackRequest,
  session: TargetSession,
  clockAndLogger: ClockAndLogger,
): Promise<RollbackDecision> {
  const { now } = clockAndLogger;
  const { cause, targets: named } = request;
  const further = cause?.kind === 'alarm' ? await findServicesOfAlarm(request, cause.name, { session, now }) : [];
  // The function wake wakes the releases of services for which the alarm is configured. It does not read services.
  await Promise.all(further.map((service) => wakeWatchers(service, {}, clockAndLogger)));
  const targets = [...named, ...further];
  const watched = await findWatched(cause, targets);
  return watched ?? decideFromHistory({ ...request, targets }, session, now);
}

/** If an execution of ours watches the deployment, that execution decides, so the service is not read. */
async function findWatched(cause: RollbackRequest['cause'], targets: Target[]): Promise<RollbackDecision | undefined> {
  const [target, ...others] = targets;
  // If an alarm concerns several services, Gantry assumes that the service deployed last is the cause. Only the histories show which service was deployed
  // last.
  if (cause === undefined || cause.kind === 'hand' || target === undefined || others.length > 0) return undefined;
  const watcher = await findWatchingExecution(readStateMachineArn(), target, cause);
  return watcher === undefined ? undefined : createLeaveToWatcherPlan(cause, watcher);
}

async function decideFromHistory(
  { cause, targets, otherwise }: RollbackRequest,
  session: TargetSession,
  now: Date,
): Promise<RollbackDecision> {
  const histories = targets.map((target) =>
    readServiceStateAndHistory(createRollbackFactsQuery(target, cause, config), session, now),
  );
  const seen = findLastDeployed(await Promise.all(histories));
  if (seen === undefined || cause === undefined) return { do: 'nothing', reason: otherwise };
  const facts = createRollbackFacts(seen, cause, { config, now });
  // Read only if a rollback or an entry may be needed, because the read can take a call for each running execution.
  const first = decideRollback(facts);
  const care = first.do === 'nothing' && first.isRecorded !== true ? {} : await findResponsible(seen, cause);
  const known = { ...facts, ...care };
  const decision = planScheduleRestore(createRollbackDecision(known, decideRollback(known)));
  return pinChosenRollback(decision, cause, listAllowedImageSources(config, stage));
}

/** If the service has schedules, the machine restores them after the rollback. */
function planScheduleRestore(decision: RollbackDecision): RollbackDecision {
  if (decision.do === 'nothing') return decision;
  const { plan, release } = decision.data;
  const isConfigured = findConfiguredSchedules(config, release.target, stage) !== undefined;
  return isConfigured ? { ...decision, data: { ...decision.data, plan: { ...plan, schedules: [] } } } : decision;
}

/** Returns the services whose own deployment configuration names the alarm, without duplicates, because a service can be named and also match a pattern. */
async function findServicesOfAlarm(
  { candidates, patterns }: RollbackRequest,
  alarm: string,
  by: { session: TargetSession; now: Date },
): Promise<Target[]> {
  const named = await findServicesWithAlarm(candidates, alarm, by);
  const matched = patterns.map(async (pattern) =>
    (await findMatchedServicesWithAlarm(pattern, alarm, by)).flatMap(
      (service) => findTargetOfRole(config, stage, { ...pattern, service }) ?? [],
    ),
  );
  const all = [...named, ...(await Promise.all(matched)).flat()];
  return [...new Map(all.map((target) => [target.name, target])).values()];
}

/** If an alarm concerns several services, Gantry assumes that the service deployed last is the cause. */
const findLastDeployed = (seen: ServiceStateAndHistory[]): ServiceStateAndHistory | undefined =>
  seen.toSorted((a, b) => (b.newest?.createdAt.getTime() ?? 0) - (a.newest?.createdAt.getTime() ?? 0))[0];

/** Returns the execution that is responsible for the newest deployment, or that requested no rollback. A manual rollback does not depend on this execution. */
async function findResponsible(
  { target, newest }: ServiceStateAndHistory,
  cause: RollbackCause,
): Promise<ResponsibleExecutions> {
  if (cause.kind === 'hand' || newest === undefined) return {};
  const begun = { target, since: newest.createdAt };
  const rules = {
    isResponsible: createResponsibilityCheck(begun, config, stage),
    declinedRollback: createDeclinedRollbackCheck(begun, config, stage),
  };
  return findResponsibleExecutions(readStateMachineArn(), begun, rules);
}

const readStateMachineArn = (): string =>
  parseWithSchema(z.object({ STATE_MACHINE_ARN: z.string() }), process.env, {
    what: 'The environment of decide-rollback',
  }).STATE_MACHINE_ARN;
