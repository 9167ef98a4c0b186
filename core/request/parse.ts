import * as z from 'zod';
import type { Config } from '../config/check.ts';
import { defaultStage } from '../config/resource-names.ts';
import { memoizeByStage } from '../config/targets.ts';
import { Failure } from '../errors/failure.ts';
import type { Target } from '../model/release.ts';
import { parseWithSchema } from '../parsing/validation.ts';
import { unwrapInput } from '../parsing/wrapped-input.ts';
import { findTargetArnErrors, replaceArnsWithNames } from './ecs-arn.ts';
import { type DeployRequest, dayLimitMessage, isWithinDayLimit, requestFieldSchemas } from './fields.ts';
import type { PipelineJob } from './job.ts';
import { parseManualRequest } from './manual.ts';
import { findTaskDayLimitError, selectReleaseTasks } from './release-tasks.ts';
import { completeTarget } from './target.ts';

/**
 * Parses the input of an execution, from the pipeline or manual. Throws a ConfigurationError with all validation errors at once.
 * `stage` determines the roles' names (core/config/resource-names.ts).
 */
export function parseDeployRequest(input: unknown, config: Config, stage: string = defaultStage): DeployRequest {
  const job = z.object({ job: z.custom<PipelineJob>(isJob) }).safeParse(input).data?.job;
  return job === undefined
    ? parseManualRequest(unwrapInput(input), config, stage)
    : parsePipelineRequest(job, config, stage);
}

const isJob = (value: unknown): boolean =>
  z.object({ id: z.string(), configuration: z.record(z.string(), z.string()) }).safeParse(value).success;

/** The action's properties, and its input artifacts. */
const actionPropertiesSchema = memoizeByStage((config, stage) => {
  const fields = requestFieldSchemas(config, stage);
  const artifact = z.object(
    { name: z.string().optional(), ...fields.object },
    'must be given: it says which images to deploy',
  );
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
      'input artifact': artifact,
      'other input artifacts': z.array(artifact),
    })
    .superRefine((properties, context) => {
      const { cluster, service } = findTargetArnErrors(toTarget(properties));
      if (cluster !== undefined) context.addIssue({ code: 'custom', path: ['ClusterName'], message: cluster });
      if (service !== undefined) context.addIssue({ code: 'custom', path: ['ServiceName'], message: service });
      if (!isWithinDayLimit(properties.DeploymentTimeout, properties.BakeMinutes))
        context.addIssue({ code: 'custom', path: ['BakeMinutes'], message: dayLimitMessage });
    });
});

interface TargetProperties {
  ClusterName: string;
  ServiceName: string;
  RoleArn: string;
  Region: string;
  ExternalId?: string | undefined;
}

const toTarget = ({ ClusterName, ServiceName, RoleArn, Region, ExternalId }: TargetProperties): Target => ({
  roleArn: RoleArn,
  region: Region,
  cluster: ClusterName,
  service: ServiceName,
  externalId: ExternalId,
});

function parsePipelineRequest(job: PipelineJob, config: Config, stage: string): DeployRequest {
  const hint = 'Correct the properties of the action (a Lambda invoke action has them as JSON in its UserParameters).';
  const given = {
    ...job.configuration,
    'input artifact': job.artifact,
    'other input artifacts': job.otherArtifacts ?? [],
  };
  const properties = parseWithSchema(actionPropertiesSchema(config, stage), given, {
    what: "The action's configuration",
    hint,
  });
  const target = completeTarget(replaceArnsWithNames(toTarget(properties)), config, stage);
  const tasks = selectReleaseTasks(config, stage, target);
  const minutes = { timeoutMinutes: properties.DeploymentTimeout, bakeMinutes: properties.BakeMinutes };
  const late = findTaskDayLimitError(minutes, tasks);
  if (late !== undefined)
    throw new Failure(
      'ConfigurationError',
      `DeploymentTimeout is ${minutes.timeoutMinutes} and BakeMinutes ${minutes.bakeMinutes}: they ${late}. ${hint}`,
    );
  return {
    target,
    tasks,
    artifacts: [properties['input artifact'], ...properties['other input artifacts']],
    fileName: properties.FileName,
    base: properties.TaskDefinition,
    force: false,
    ...minutes,
    rollBackOnFailure: properties.RollBackOnFailure,
    job,
    encryptionKey: job.encryptionKey,
  };
}
