import { createTargetEcsClient } from '../../aws/ecs.ts';
import { describeServiceDeployment, findServiceDeploymentArn } from '../../aws/service-deployments.ts';
import { type ExecutionStep, readNewestSteps } from '../../aws/sfn-executions.ts';
import { viewerSession } from '../../cli/service.ts';
import { findFailedRelease } from '../../core/board/choose-state.ts';
import type { ObservedExecution, ServiceObservation } from '../../core/board/observations.ts';
import { trackObservedStages } from '../../core/board/progress.ts';
import { entriesOfObservation, findPrimaryOfObservation } from '../../core/board/running.ts';
import { Failure } from '../../core/errors/failure.ts';
import { jsonTextSchema } from '../../core/parsing/validation.ts';
import { parseExecutionData } from '../../core/reporting/execution-data.ts';
import { isNewestDeploymentUnfinished } from '../../core/rollout/rolling-out.ts';
import { isLeaseUnreleased } from '../../core/service/lease.ts';
import { intervals, type UnscheduledRead } from './board-read.ts';
import { type CollectorState, changeService, makeDue } from './state.ts';
import { tableKeyOf } from './table-reads.ts';

/**
 * Returns the execution (its ARN) that a cell shows: that of the newest entry if the entry has no end, or the holder of the lease. Otherwise, the execution of
 * the failed release, because its data contains the end of a log.
 */
function findExecutionToShow(observation: ServiceObservation): string | undefined {
  const { lease } = observation.table.value ?? {};
  const [newest] = entriesOfObservation(observation);
  if (newest !== undefined && newest.end === undefined) return newest.execution;
  if (lease !== undefined && isLeaseUnreleased(lease)) return lease.holder;
  return findFailedRelease(observation)?.execution;
}

const hasEnded = (steps: ExecutionStep[]): boolean =>
  steps.some(({ type }) => /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type));

/** Returns an execution from its newest steps. Leaves out each part of the data that an older version of the state machine wrote in another form. */
export function toObservedExecution(arn: string, steps: ExecutionStep[]): ObservedExecution {
  const text = steps.findLast(({ data }) => data !== undefined)?.data;
  const input = jsonTextSchema.safeParse(text).data;
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return {
    arn,
    ended: hasEnded(steps),
    step: steps.findLast(({ type }) => type === 'TaskStateEntered')?.state,
    data: parseExecutionData({ execution: arn, input: isObject ? input : {} }),
  };
}

async function readExecution(state: CollectorState, name: string, arn: string): Promise<void> {
  const steps = await readNewestSteps(arn);
  state.clock.observeTime(steps.at(-1)?.at);
  const readAt = state.clock.now().toISOString();
  const value = toObservedExecution(arn, steps);
  changeService(state, name, () => ({ execution: { readAt, value } }));
  // The execution's entry in the ledger now says how the execution ended.
  if (value.ended) makeDue(state, [tableKeyOf(name)]);
}

function isShifting({ service }: ServiceObservation): boolean {
  const observed = service.value?.service;
  return observed?.shiftsTraffic === true && isNewestDeploymentUnfinished(observed);
}

function listExecutionReads(state: CollectorState, observation: ServiceObservation): UnscheduledRead[] {
  const { target, execution } = observation;
  const arn = findExecutionToShow(observation);
  if (arn === undefined || (execution?.value?.arn === arn && execution.value.ended)) return [];
  return [
    {
      key: `execution ${target.name} ${arn}`,
      calls: 1,
      intervalMs: isShifting(observation) ? intervals.executionWithDeployment : intervals.execution,
      run: () => readExecution(state, target.name, arn),
      fail: (problem) => changeService(state, target.name, (known) => ({ execution: { ...known.execution, problem } })),
    },
  ];
}

async function findArn(state: CollectorState, { target, ...observation }: ServiceObservation): Promise<string> {
  const primary = findPrimaryOfObservation({ target, ...observation });
  const known = state.deploymentArns.get(primary?.id ?? '');
  if (known !== undefined || primary === undefined) return known ?? '';
  const client = await createTargetEcsClient(target, viewerSession, state.clock.now());
  const rollout = {
    deploymentId: primary.id,
    taskDefinition: primary.taskDefinition,
    startedAt: primary.createdAt.toISOString(),
  };
  const found = await findServiceDeploymentArn(client, target, rollout);
  if (found === undefined)
    throw new Failure('SystemUnavailable', "ECS's history has no entry of the deployment, or not yet.");
  state.deploymentArns.set(primary.id, found);
  return found;
}

async function readDeployment(state: CollectorState, observation: ServiceObservation): Promise<void> {
  const { target } = observation;
  const arn = await findArn(state, observation);
  const client = await createTargetEcsClient(target, viewerSession, state.clock.now());
  const value = await describeServiceDeployment(client, arn);
  const now = state.clock.now();
  changeService(state, target.name, (known) => ({
    deployment: { readAt: now.toISOString(), value },
    stages: trackObservedStages(known, value, now),
  }));
}

/** Only ECS's history has the traffic, the stages and the hooks of a deployment. */
function listDeploymentReads(state: CollectorState, observation: ServiceObservation): UnscheduledRead[] {
  const { target } = observation;
  const id = findPrimaryOfObservation(observation)?.id;
  if (id === undefined || !isShifting(observation)) return [];
  return [
    {
      key: `deployment ${target.name} ${id}`,
      calls: state.deploymentArns.has(id) ? 1 : 2,
      intervalMs: intervals.deployment,
      run: () => readDeployment(state, observation),
      fail: (problem) =>
        changeService(state, target.name, (known) => ({ deployment: { ...known.deployment, problem } })),
    },
  ];
}

/** The reads about the release that is in progress in a service, or that failed last. */
export const listProgressReads = (state: CollectorState): UnscheduledRead[] =>
  [...state.services.values()].flatMap((observation) => [
    ...listExecutionReads(state, observation),
    ...listDeploymentReads(state, observation),
  ]);
