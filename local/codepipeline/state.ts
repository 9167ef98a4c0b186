import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';
import type { Call } from '../service.ts';
import type { CustomActionType } from './action-type.ts';
import type { Declaration } from './declaration.ts';
import type { PipelineExecution } from './execution.ts';
import type { PipelineJob } from './job.ts';

/** A stage lets one execution in at a time; the others wait in front of it. */
export interface StageQueue {
  inside?: PipelineExecution;
  waiting: { execution: PipelineExecution; admit: (entered: boolean) => void }[];
}

export interface Pipeline {
  declaration: Declaration;
  version: number;
  created: number;
  updated: number;
  executions: PipelineExecution[];
  entrances: Map<string, StageQueue>;
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
