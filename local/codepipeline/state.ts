import { AwsError } from '../aws-error.ts';
import type { Call, Cloud } from '../cloud.ts';
import { regionalArn } from '../partition.ts';
import type { CustomActionType } from './action-type-input.ts';
import type { Declaration } from './declaration.ts';
import type { ActionExecution, ActionOutcome, PipelineExecution } from './execution.ts';

/** A stage runs one execution at a time; the others wait in this queue. */
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

/** The state of CodePipeline for one account in one Region. */
export interface CodePipeline {
  cloud: Cloud;
  account: string;
  region: string;
  actionTypes: CustomActionType[];
  deletedActionTypes: CustomActionType[];
  pipelines: Map<string, Pipeline>;
  jobs: Map<string, ActionJob>;
}

/** The context of one running action, which every provider gets. */
export interface ActionContext {
  codePipeline: CodePipeline;
  execution: PipelineExecution;
  run: ActionExecution;
}

export type JobStatus = 'Created' | 'Queued' | 'Dispatched' | 'InProgress' | 'TimedOut' | 'Succeeded' | 'Failed';

export interface ActionJob {
  id: string;
  /** Absent for the job of a Lambda invoke action, which needs no acknowledgement. */
  nonce?: string;
  status: JobStatus;
  /** When the job can be polled, and when it was last offered; simulated milliseconds. */
  pollableAt: number;
  offeredAt?: number;
  acknowledged?: boolean;
  action: ActionContext;
  continuationToken?: string;
  settle: (outcome: ActionOutcome) => void;
}

/** Returns the ARN of a pipeline (`name`), a stage (`name/stage`), an action (`name/stage/action`) or an action type. */
export const codePipelineArn = (codePipeline: Pick<CodePipeline, 'account' | 'region'>, resource: string): string =>
  regionalArn('codepipeline', codePipeline, resource);

/** Converts to the API's time format: seconds since 1970. */
export const toSeconds = (ms: number): number => ms / 1000;

/** Authorizes `call.operation` and returns the pipeline with this name. Throws PipelineNotFoundException. */
export async function getAuthorizedPipeline(codePipeline: CodePipeline, name: string, call: Call): Promise<Pipeline> {
  await call.allow(`codepipeline:${call.operation}`, codePipelineArn(codePipeline, name));
  return getPipeline(codePipeline, name);
}

/** Returns the pipeline with this name. Throws PipelineNotFoundException. */
export function getPipeline(codePipeline: CodePipeline, name: string): Pipeline {
  const found = codePipeline.pipelines.get(name);
  if (found === undefined)
    throw new AwsError(
      'PipelineNotFoundException',
      `Account '${codePipeline.account}' does not have a pipeline with name '${name}'`,
    );
  return found;
}

/** Returns the execution with this id. Throws PipelineExecutionNotFoundException. */
export function getExecution(pipeline: Pipeline, id: string): PipelineExecution {
  const found = pipeline.executions.find((execution) => execution.id === id);
  if (found === undefined)
    throw new AwsError(
      'PipelineExecutionNotFoundException',
      `Pipeline '${pipeline.declaration.name}' does not have an execution with id '${id}'`,
    );
  return found;
}
