import { z } from 'zod';
import { callAws, type ProbeContext } from './context.ts';
import { undefinedIfMissing } from './missing.ts';
import type { ProbeResource } from './resource.ts';

export const machineArn = ({ names }: ProbeContext): string => names.arn('states', `stateMachine:${names.machine}`);

/** Keeps the start time of its execution as text, and afterwards reads a table that does not exist. */
const definition = ({ names }: ProbeContext): string =>
  JSON.stringify({
    StartAt: 'Keep Start Time',
    States: {
      'Keep Start Time': {
        Type: 'Pass',
        Parameters: { 'startTime.$': '$$.Execution.StartTime' },
        Next: 'Read Missing Table',
      },
      'Read Missing Table': {
        Type: 'Task',
        Resource: `arn:${names.partition}:states:::aws-sdk:dynamodb:getItem`,
        Parameters: { TableName: names.table, Key: { id: { S: 'none' } } },
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'End' }],
        Next: 'End',
      },
      End: { Type: 'Succeed' },
    },
  });

const machineSchema = z.object({ status: z.string() });

export const machineResource: ProbeResource = {
  describe: ({ names }) => `the state machine ${names.machine}`,
  create: (context) =>
    callAws(context, 'states', 'CreateStateMachine', {
      name: context.names.machine,
      definition: definition(context),
      roleArn: context.names.roleArn(context.names.roles.workflow),
    }),
  async exists(context) {
    const asked = { stateMachineArn: machineArn(context) };
    const answer = await undefinedIfMissing(callAws(context, 'states', 'DescribeStateMachine', asked));
    return answer !== undefined && machineSchema.parse(answer).status !== 'DELETING';
  },
  remove: (context) => callAws(context, 'states', 'DeleteStateMachine', { stateMachineArn: machineArn(context) }),
};

const clustersSchema = z.object({ clusters: z.array(z.object({ status: z.string() })).default([]) });

export const clusterResource: ProbeResource = {
  describe: ({ names }) => `the ECS cluster ${names.cluster}, without instances`,
  create: (context) => callAws(context, 'ecs', 'CreateCluster', { clusterName: context.names.cluster }),
  async exists(context) {
    const answer = await callAws(context, 'ecs', 'DescribeClusters', { clusters: [context.names.cluster] });
    return clustersSchema.parse(answer).clusters.some(({ status }) => status === 'ACTIVE');
  },
  remove: (context) => undefinedIfMissing(callAws(context, 'ecs', 'DeleteCluster', { cluster: context.names.cluster })),
};

const revisionsSchema = z.object({ taskDefinitionArns: z.array(z.string()).default([]) });

const listRevisions = async (context: ProbeContext): Promise<string[]> => {
  const answer = await callAws(context, 'ecs', 'ListTaskDefinitions', { familyPrefix: context.names.family });
  return revisionsSchema.parse(answer).taskDefinitionArns;
};

export const taskDefinitionResource: ProbeResource = {
  describe: ({ names }) => `the task definition ${names.family}, which no task runs`,
  create: (context) =>
    callAws(context, 'ecs', 'RegisterTaskDefinition', {
      family: context.names.family,
      requiresCompatibilities: ['EC2'],
      networkMode: 'bridge',
      containerDefinitions: [{ name: 'probe', image: 'public.ecr.aws/docker/library/busybox:stable', memory: 6 }],
    }),
  exists: async (context) => (await listRevisions(context)).length > 0,
  async remove(context) {
    const revisions = await listRevisions(context);
    for (const revision of revisions)
      await callAws(context, 'ecs', 'DeregisterTaskDefinition', { taskDefinition: revision });
    if (revisions.length > 0)
      await callAws(context, 'ecs', 'DeleteTaskDefinitions', { taskDefinitions: revisions.slice(0, 10) });
  },
};

const servicesSchema = z.object({ services: z.array(z.object({ status: z.string() })).default([]) });

export const serviceResource: ProbeResource = {
  describe: ({ names }) => `the ECS service ${names.service}, which wants no task`,
  create: ({ names, ...context }) =>
    callAws({ names, ...context }, 'ecs', 'CreateService', {
      cluster: names.cluster,
      serviceName: names.service,
      taskDefinition: names.family,
      desiredCount: 0,
      launchType: 'EC2',
    }),
  async exists(context) {
    const { cluster: of, service: name } = context.names;
    const answer = await undefinedIfMissing(
      callAws(context, 'ecs', 'DescribeServices', { cluster: of, services: [name] }),
    );
    return servicesSchema.parse(answer ?? {}).services.some(({ status }) => status !== 'INACTIVE');
  },
  remove: ({ names, ...context }) =>
    undefinedIfMissing(
      callAws({ names, ...context }, 'ecs', 'DeleteService', {
        cluster: names.cluster,
        service: names.service,
        force: true,
      }),
    ),
};
