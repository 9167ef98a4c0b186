import { z } from 'zod';
import { callAws, type ProbeContext } from './context.ts';
import { undefinedIfMissing } from './missing.ts';
import type { ProbeResource } from './resource.ts';
import { findKey } from './storage-resources.ts';

const actionTypesSchema = z.object({
  actionTypes: z.array(z.object({ id: z.object({ category: z.string(), provider: z.string(), version: z.string() }) })),
});

/** All versions of the probe's action type: a run that was killed may have left one. */
async function listActionTypes(context: ProbeContext) {
  const answer = await callAws(context, 'codepipeline', 'ListActionTypes', { actionOwnerFilter: 'Custom' });
  const found = actionTypesSchema.parse(answer).actionTypes.map(({ id }) => id);
  return found.filter(({ provider }) => provider === context.names.actionType.provider);
}

export const actionTypeResource: ProbeResource = {
  describe: ({ names }) =>
    `the custom action type ${names.actionType.provider} of CodePipeline, version ${names.actionType.version}`,
  create(context) {
    const { owner: _, ...type } = context.names.actionType;
    return callAws(context, 'codepipeline', 'CreateCustomActionType', {
      ...type,
      inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
    });
  },
  exists: async (context) => (await listActionTypes(context)).length > 0,
  async remove(context) {
    for (const { category, provider, version } of await listActionTypes(context))
      await callAws(context, 'codepipeline', 'DeleteCustomActionType', { category, provider, version });
  },
};

const sourceStage = ({ bucket, sourceKey }: ProbeContext['names']) => ({
  name: 'Source',
  actions: [
    {
      name: 'Source',
      actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
      configuration: { S3Bucket: bucket, S3ObjectKey: sourceKey, PollForSourceChanges: 'false' },
      outputArtifacts: [{ name: 'Source' }],
    },
  ],
});

/** The action whose job the probe polls. */
const jobStage = ({ actionType: actionTypeId }: ProbeContext['names']) => ({
  name: 'Probe',
  actions: [{ name: 'Probe', actionTypeId, inputArtifacts: [{ name: 'Source' }] }],
});

/** The action whose function gets a job. */
const invokeStage = (names: ProbeContext['names']) => ({
  name: 'Invoke',
  actions: [
    {
      name: 'Invoke',
      actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
      configuration: { FunctionName: names.function },
    },
  ],
});

/** A pipeline needs a second stage. This one only waits. */
const waitStage = () => ({
  name: 'Wait',
  actions: [{ name: 'Wait', actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } }],
});

async function declarePipeline(context: ProbeContext, name: string, role: string, secondStage: object) {
  const { names } = context;
  const found = await findKey(context);
  return {
    name,
    roleArn: names.roleArn(role),
    artifactStore: {
      type: 'S3',
      location: names.bucket,
      ...(found && { encryptionKey: { id: found.Arn, type: 'KMS' } }),
    },
    // V2 costs by the minutes of its actions, except those of custom and approval actions; V1 costs by the month.
    pipelineType: 'V2',
    stages: [sourceStage(names), secondStage],
  };
}

const createPipelineResource = (
  nameOf: (context: ProbeContext) => { name: string; role: string; secondStage: object },
): ProbeResource => ({
  describe: (context) => `the pipeline ${nameOf(context).name}`,
  async create(context) {
    const { name, role, secondStage } = nameOf(context);
    const declared = await declarePipeline(context, name, role, secondStage);
    await callAws(context, 'codepipeline', 'CreatePipeline', { pipeline: declared });
  },
  exists: async (context) =>
    (await undefinedIfMissing(callAws(context, 'codepipeline', 'GetPipeline', { name: nameOf(context).name }))) !==
    undefined,
  remove: (context) => callAws(context, 'codepipeline', 'DeletePipeline', { name: nameOf(context).name }),
});

export const pipelineResource = createPipelineResource(({ names }) => ({
  name: names.pipeline,
  role: names.roles.pipeline,
  secondStage: jobStage(names),
}));

export const trustPipelineResource = createPipelineResource(({ names }) => ({
  name: names.trustPipeline,
  role: names.roles.trust,
  secondStage: waitStage(),
}));

export const lambdaPipelineResource = createPipelineResource(({ names }) => ({
  name: names.lambdaPipeline,
  role: names.roles.pipeline,
  secondStage: invokeStage(names),
}));
