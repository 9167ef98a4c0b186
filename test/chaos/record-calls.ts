import type { FunctionInvocation, OperationRequest } from '../../local/cloud.ts';
import { services } from './config.ts';
import type { PlanRun } from './plan-run.ts';
import { type ChaosService, type RecordedCall, readChaosService } from './setup.ts';

const writes = /^(Update|Register|Deregister|Stop|Put|Start|Run|Acknowledge|Assume|Poll|Create|Delete|Tag|Untag)/;

type Caller = FunctionInvocation | undefined;

/**
 * Records every effect and every answer of DescribeServices. For a change of a service, also records its revision before the change. `all`: also records reads.
 */
export const createRecorder =
  (run: PlanRun, all: boolean) => async (asked: OperationRequest, by: Caller, go: () => Promise<unknown>) => {
    const { service, operation } = asked;
    if (operation === 'DescribeServices' && by !== undefined) return recordAnswer(run, asked, { by, go, all });
    if ((!all && !writes.test(operation)) || service === 'logs') return go();
    const before = changes.includes(operation) ? await primaryOf(run, asked) : undefined;
    const answer = await go();
    recordEffect(run, asked, { by, answer, before, seenAt: run.seenAt.get(by?.requestId ?? '') });
    return answer;
  };

async function recordAnswer(
  run: PlanRun,
  asked: OperationRequest,
  { by, go, all }: { by: FunctionInvocation; go: () => Promise<unknown>; all: boolean },
): Promise<unknown> {
  const at = run.stage.clock.now();
  run.seenAt.set(by.requestId, at);
  const answer = await go();
  const [service] = (answer as { services: ChaosService[] }).services;
  if (service !== undefined) run.answers.push({ at, by, service });
  if (all) recordEffect(run, asked, { by, answer });
  return answer;
}

const changes = ['UpdateService', 'StopServiceDeployment'];

/** Finds the service that a call names: by its name, in the ARN of its deployment, or in a list. */
function findServiceIndex({ input, as }: OperationRequest): number {
  const { service, services: named, serviceDeploymentArn } = input as RecordedCall['input'];
  const name = serviceDeploymentArn?.split('/').at(-2) ?? service ?? named?.[0];
  return services.findIndex((each) => each.account === as.caller.account && name.endsWith(each.name));
}

async function primaryOf({ stage }: PlanRun, asked: OperationRequest) {
  const { deployments } = await readChaosService(stage, findServiceIndex(asked));
  return deployments.find(({ status }) => status === 'PRIMARY');
}

function recordEffect(
  { effects, stage, executions }: PlanRun,
  { service, operation, input, as }: OperationRequest,
  more: Pick<RecordedCall, 'by' | 'answer' | 'before' | 'seenAt'>,
): void {
  const { account } = as.caller;
  const recorded = structuredClone(input) as RecordedCall['input'];
  effects.push({
    at: stage.clock.now(),
    service,
    operation,
    input: recorded,
    account,
    ...more,
    answer: structuredClone(more.answer),
  });
  if (operation !== 'StartExecution') return;
  const index = findDeploymentIndex(effects, recorded.input);
  if (Number.isNaN(index)) return;
  const known = executions.get(index) ?? [];
  const { executionArn } = more.answer as { executionArn: string };
  executions.set(index, known.includes(executionArn) ? known : [...known, executionArn]);
}

/**
 * Finds the deployment of a started execution. The input of a job's execution contains only the job's id, and CodePipeline's offer of that job names the
 * pipeline.
 */
function findDeploymentIndex(effects: PlanRun['effects'], input: string): number {
  const offers = effects.filter(({ operation }) => operation === 'PollForJobs').flatMap(({ answer }) => answer.jobs);
  const job = offers.find(({ id }) => input.includes(`"${id}"`));
  const pipeline: string | undefined = job?.data.pipelineContext.pipelineName;
  return Number((pipeline ?? input).match(/release-(\d)/)?.[1]);
}
