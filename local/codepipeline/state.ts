import { AwsError } from '../aws-error.ts';
import type { Call, Cloud } from '../cloud.ts';
import type { CustomActionType } from './action-type-input.ts';
import type { Declaration } from './declaration.ts';
import type { ActionExecution, ActionOutcome, PipelineExecution } from './execution.ts';

/** A stage lets one execution in at a time; the others wait in front of it. */
export interface StageQueue {
  current?: PipelineExecution;
  waiting: { execution: PipelineExecution; admit: (entered: boolean) => void }[];
}

export interface Pipeline {
  declaration: Declaration;
  version: number;
  created: number;
  updated: number;
  executions: PipelineExecution[];
  stageQueues: Map<string, StageQueue>;
}

/** All that CodePipeline knows of one account in one Region. */
export interface CodePipeline {
  cloud: Cloud;
  account: string;
  region: string;
  actionTypes: CustomActionType[];
  pipelines: Map<string, Pipeline>;
  jobs: Map<string, PipelineJob>;
}

/** One action at work: what every provider gets. */
export interface ActionContext {
  world: CodePipeline;
  execution: PipelineExecution;
  run: ActionExecution;
}

export type JobStatus = 'Created' | 'Queued' | 'Dispatched' | 'InProgress' | 'TimedOut' | 'Succeeded' | 'Failed';

export interface PipelineJob {
  id: string;
  /** A job that a Lambda function was invoked with has none: there is nothing to acknowledge. */
  nonce?: string;
  status: JobStatus;
  /** From when on it can be polled, and when it was last; milliseconds, simulated. */
  pollableAt: number;
  offeredAt?: number;
  acknowledged?: boolean;
  action: ActionContext;
  continuationToken?: string;
  settle: (outcome: ActionOutcome) => void;
}

/** The ARN of a pipeline (`name`), a stage (`name/stage`), an action (`name/stage/action`) or an action type. */
export const codePipelineArn = (world: Pick<CodePipeline, 'account' | 'region'>, resource: string): string =>
  `arn:aws:codepipeline:${world.region}:${world.account}:${resource}`;

/** Time as the API gives it: seconds since 1970. */
export const toSeconds = (ms: number): number => ms / 1000;

/** The pipeline of that name, once the caller may do `call.operation` on it. Throws PipelineNotFoundException. */
export async function getAuthorizedPipeline(world: CodePipeline, name: string, call: Call): Promise<Pipeline> {
  await call.allow(`codepipeline:${call.operation}`, codePipelineArn(world, name));
  return getPipeline(world, name);
}

/** The pipeline of that name. Throws PipelineNotFoundException. */
export function getPipeline(world: CodePipeline, name: string): Pipeline {
  const found = world.pipelines.get(name);
  if (found === undefined)
    throw new AwsError(
      'PipelineNotFoundException',
      `Account '${world.account}' does not have a pipeline with name '${name}'`,
    );
  return found;
}

/** The execution with that id. Throws PipelineExecutionNotFoundException. */
export function getExecution(pipeline: Pipeline, id: string): PipelineExecution {
  const found = pipeline.executions.find((execution) => execution.id === id);
  if (found === undefined)
    throw new AwsError(
      'PipelineExecutionNotFoundException',
      `Pipeline '${pipeline.declaration.name}' does not have an execution with id '${id}'`,
    );
  return found;
}
