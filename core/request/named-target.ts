import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { selectWrappedInput, unwrapInput } from '../parsing/wrapped-input.ts';
import { replaceArnsWithNames } from './ecs-arn.ts';
import { completeTarget, parseTargetField } from './target.ts';

const actionSchema = z.object({
  job: z.object({
    configuration: z.object({
      ClusterName: z.string(),
      ServiceName: z.string(),
      RoleArn: z.string(),
      Region: z.string(),
    }),
  }),
});

/**
 * Takes the data of any state and returns the configured service for which the execution was started, even if the rest of its request is invalid. Undefined
 * if the request names no configured service.
 */
export function findRequestedTarget(stateData: unknown, config: Config, stage: string): Target | undefined {
  const action = actionSchema.safeParse(stateData).data?.job.configuration;
  try {
    if (action !== undefined) return completeAction(action, config, stage);
    const { input, schema } = parseTargetField(unwrapInput(selectWrappedInput(stateData)), config, stage);
    return z.object({ target: schema }).safeParse(input).data?.target;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

const completeAction = (
  { ClusterName, ServiceName, RoleArn, Region }: z.infer<typeof actionSchema>['job']['configuration'],
  config: Config,
  stage: string,
): Target =>
  completeTarget(
    replaceArnsWithNames({ roleArn: RoleArn, region: Region, cluster: ClusterName, service: ServiceName }),
    config,
    stage,
  );
