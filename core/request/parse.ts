import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { defaultStage } from '../config/resource-names.ts';
import { listTargets, memoizeByStage } from '../config/targets.ts';
import { parseWithSchema } from '../parsing/validation.ts';
import { type DeployRequest, dayLimitMessage, fitsInADay, requestFieldSchemas } from './fields.ts';
import type { PipelineJob } from './job.ts';
import { parseManualRequest } from './manual.ts';
import { completeTarget } from './target.ts';
import { unwrapInput } from './wrapped-input.ts';

/**
 * Understands the input of an execution, from the pipeline or by hand. Throws a ConfigurationError with all the mistakes at once.
 * `stage` chooses the roles' names (core/config/resource-names.ts).
 */
export function parseDeployRequest(input: unknown, config: Config, stage: string = defaultStage): DeployRequest {
  const job = z.object({ job: z.custom<PipelineJob>(isJob) }).safeParse(input).data?.job;
  return job === undefined
    ? parseManualRequest(unwrapInput(input), config, stage)
    : parsePipelineRequest(job, config, stage);
}

const isJob = (value: unknown): boolean =>
  z.object({ id: z.string(), configuration: z.record(z.string(), z.string()) }).safeParse(value).success;

/** The action's properties, and the artifact beside them. */
const actionPropertiesSchema = memoizeByStage((config, stage) => {
  const fields = requestFieldSchemas(config, stage);
  return z
    .strictObject({
      ClusterName: fields.cluster,
      ServiceName: fields.service,
      RoleArn: fields.roleArn,
      Region: fields.region,
      ExternalId: fields.externalId.optional(),
      FileName: fields.fileName,
      TaskDefinition: fields.base,
      DeploymentTimeout: fields.minutesText,
      RollBackOnFailure: fields.rollBackText,
      BakeMinutes: fields.bakeText,
      'input artifact': z.object(fields.object, 'must be given: it says which images to deploy'),
    })
    .refine((asked) => fitsInADay(asked.DeploymentTimeout, asked.BakeMinutes), {
      path: ['BakeMinutes'],
      message: dayLimitMessage,
    });
});

function parsePipelineRequest(job: PipelineJob, config: Config, stage: string): DeployRequest {
  const hint = 'Correct the properties of the action (a Lambda invoke action has them as JSON in its UserParameters).';
  const given = { ...job.configuration, 'input artifact': job.artifact };
  const asked = parseWithSchema(actionPropertiesSchema(config, stage), given, {
    what: "The action's configuration",
    hint,
  });
  const target = {
    roleArn: asked.RoleArn,
    region: asked.Region,
    cluster: asked.ClusterName,
    service: asked.ServiceName,
  };
  return {
    target: completeTarget({ ...target, externalId: asked.ExternalId }, listTargets(config, stage)),
    artifact: asked['input artifact'],
    fileName: asked.FileName,
    base: asked.TaskDefinition,
    force: false,
    timeoutMinutes: asked.DeploymentTimeout,
    bakeMinutes: asked.BakeMinutes,
    rollBackOnFailure: asked.RollBackOnFailure,
    job,
    encryptionKey: job.encryptionKey,
  };
}
