import { z } from 'zod';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { inListOrder } from './list-order.ts';
import { authorizeServiceChild } from './service-deployments.ts';
import type { Ecs, EcsService, ServiceRevision } from './state.ts';

const serviceRevisionView = (
  service: EcsService,
  { arn, definition, settings, createdAt, digests }: ServiceRevision,
) => ({
  serviceRevisionArn: arn,
  serviceArn: service.arn,
  clusterArn: service.cluster.arn,
  taskDefinition: definition.arn,
  launchType: settings.launchType,
  capacityProviderStrategy: settings.capacityProviderStrategy,
  platformVersion: settings.platformVersion,
  loadBalancers: settings.loadBalancers,
  networkConfiguration: settings.networkConfiguration,
  containerImages: definition.containers.map(({ name, image }) => ({
    containerName: name,
    image,
    imageDigest: digests.get(name),
  })),
  guardDutyEnabled: false,
  createdAt,
});

const describeServiceRevisionsSchema = z.strictObject({ serviceRevisionArns: z.array(z.string()).min(1).max(20) });

/** DescribeServiceRevisions: the revision of each deployment, with the digest of each image once a task has pulled it. */
export const describeServiceRevisions = (ecs: Ecs): Operation =>
  defineOperation(describeServiceRevisionsSchema, async ({ serviceRevisionArns: arns }, call) => {
    for (const arn of arns) await authorizeServiceChild(call, arn);
    return {
      serviceRevisions: inListOrder(ecs, arns)
        .flatMap((arn) => ecs.serviceRevisions.get(arn) ?? [])
        .map((each) => serviceRevisionView(each.service, each.revision)),
      failures: arns.filter((arn) => !ecs.serviceRevisions.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  });
