import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { defaultStage } from '../config/resource-names.ts';
import { once, targetsOf } from '../config/targets.ts';
import { parse } from '../parsing/validation.ts';
import { dayMust, fieldsOf, fitsInADay, type Request } from './fields.ts';
import type { Job } from './job.ts';
import { byHand } from './manual.ts';
import { completed } from './target.ts';
import { givenIn } from './wrapped-input.ts';

export type { Request };

/**
 * Understands the input of an execution, from the pipeline or by hand. Throws a ConfigurationError with all the mistakes at once.
 * `stage` chooses the roles' names (core/config/resource-names.ts).
 */
export function parseRequest(input: unknown, config: Config, stage: string = defaultStage): Request {
  const job = z.object({ job: z.custom<Job>(isJob) }).safeParse(input).data?.job;
  return job === undefined ? byHand(givenIn(input), config, stage) : byPipeline(job, config, stage);
}

const isJob = (value: unknown): boolean =>
  z.object({ id: z.string(), configuration: z.record(z.string(), z.string()) }).safeParse(value).success;

/** The action's properties, and the artifact beside them. */
const actionSchema = once((config, stage) => {
  const fields = fieldsOf(config, stage);
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
      message: dayMust,
    });
});

function byPipeline(job: Job, config: Config, stage: string): Request {
  const hint = 'Correct the properties of the action (a Lambda invoke action has them as JSON in its UserParameters).';
  const given = { ...job.configuration, 'input artifact': job.artifact };
  const asked = parse(actionSchema(config, stage), given, { what: "The action's configuration", hint });
  const target = {
    roleArn: asked.RoleArn,
    region: asked.Region,
    cluster: asked.ClusterName,
    service: asked.ServiceName,
  };
  return {
    target: completed({ ...target, externalId: asked.ExternalId }, targetsOf(config, stage)),
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
