import { AwsError } from '../aws-error.ts';
import type { Cloud } from '../cloud.ts';
import type { Call } from '../service.ts';
import type { ActionType } from './action-type.ts';
import type { Declaration } from './declaration.ts';
import type { Execution } from './execution.ts';
import type { Job } from './job.ts';

/** A stage lets one execution in at a time; the others wait in front of it. */
export interface Entrance {
  inside?: Execution;
  waiting: { execution: Execution; admit: (entered: boolean) => void }[];
}

export interface Pipeline {
  declaration: Declaration;
  version: number;
  created: number;
  updated: number;
  executions: Execution[];
  entrances: Map<string, Entrance>;
}

/** All that CodePipeline knows of one account in one Region. */
export interface World {
  cloud: Cloud;
  account: string;
  region: string;
  actionTypes: ActionType[];
  pipelines: Map<string, Pipeline>;
  jobs: Map<string, Job>;
}

/** The ARN of a pipeline (`name`), a stage (`name/stage`), an action (`name/stage/action`) or an action type. */
export const arnOf = (world: Pick<World, 'account' | 'region'>, resource: string): string =>
  `arn:aws:codepipeline:${world.region}:${world.account}:${resource}`;

/** Time as the API gives it: seconds since 1970. */
export const seconds = (ms: number): number => ms / 1000;

/** The pipeline of that name, once the caller may do `call.operation` on it. Throws PipelineNotFoundException. */
export async function pipelineFor(world: World, name: string, call: Call): Promise<Pipeline> {
  await call.allow(`codepipeline:${call.operation}`, arnOf(world, name));
  return pipelineNamed(world, name);
}

/** The pipeline of that name. Throws PipelineNotFoundException. */
export function pipelineNamed(world: World, name: string): Pipeline {
  const found = world.pipelines.get(name);
  if (found === undefined)
    throw new AwsError(
      'PipelineNotFoundException',
      `Account '${world.account}' does not have a pipeline with name '${name}'`,
    );
  return found;
}

/** The execution with that id. Throws PipelineExecutionNotFoundException. */
export function executionIn(pipeline: Pipeline, id: string): Execution {
  const found = pipeline.executions.find((execution) => execution.id === id);
  if (found === undefined)
    throw new AwsError(
      'PipelineExecutionNotFoundException',
      `Pipeline '${pipeline.declaration.name}' does not have an execution with id '${id}'`,
    );
  return found;
}
