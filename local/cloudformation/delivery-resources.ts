import { z } from 'zod';
import { regionalArn } from '../partition.ts';
import { named, type ResourceType } from './resource-type.ts';

/** CloudFormation's properties as the JSON of an API whose names begin with a small letter. The content of `verbatim` fields stays as it is. */
function decapitalizeNames(value: unknown, verbatim: string[] = []): unknown {
  if (Array.isArray(value)) return value.map((each) => decapitalizeNames(each, verbatim));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      verbatim.includes(name) ? each : decapitalizeNames(each, verbatim),
    ]),
  );
}

export const logGroup: ResourceType = {
  async create(properties, { call, place }) {
    const { LogGroupName: logGroupName, RetentionInDays: retentionInDays } = z
      .strictObject({ LogGroupName: z.string(), RetentionInDays: z.number() })
      .parse(properties);
    await call('logs', 'CreateLogGroup', { logGroupName });
    await call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays });
    return named(logGroupName, { Arn: `${regionalArn('logs', place, `log-group:${logGroupName}`)}:*` });
  },
};

const namedSchema = z.looseObject({ Name: z.string() });

export const project: ResourceType = {
  async create(properties, { call }) {
    await call('codebuild', 'CreateProject', decapitalizeNames(properties));
    return named(namedSchema.parse(properties).Name);
  },
};

export const actionType: ResourceType = {
  async create(properties, { call }) {
    await call('codepipeline', 'CreateCustomActionType', decapitalizeNames(properties));
    const { Provider, Version } = z.looseObject({ Provider: z.string(), Version: z.string() }).parse(properties);
    return named(`Deploy/${Provider}/${Version}`);
  },
};

export const pipeline: ResourceType = {
  async create(properties, { call }) {
    await call('codepipeline', 'CreatePipeline', { pipeline: decapitalizeNames(properties, ['Configuration']) });
    return named(namedSchema.parse(properties).Name);
  },
};

export const alarm: ResourceType = {
  async create(properties, { call }) {
    await call('monitoring', 'PutMetricAlarm', properties);
    return named(z.looseObject({ AlarmName: z.string() }).parse(properties).AlarmName);
  },
};
