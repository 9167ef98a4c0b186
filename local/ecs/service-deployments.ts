import { z } from 'zod';
import type { Call, Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { clusterArn, ecsLocation, getCluster, getService, serviceArn } from './arns.ts';
import { historyTime, isInHistory } from './history-time.ts';
import { inListOrder } from './list-order.ts';
import { pagingFields, takePage } from './paging.ts';
import { visibleServiceDeployment } from './rollback-lag.ts';
import { serviceDeploymentStatuses } from './service-deployment-status.ts';
import { serviceDeploymentSummary } from './service-deployment-view.ts';
import { visibleHistoryEntry } from './service-snapshots.ts';
import type { Ecs } from './state.ts';

const statusSchema = z.enum(serviceDeploymentStatuses);

/** Times arrive as epoch seconds (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
const epochSecondsSchema = z.number().optional();

const listServiceDeploymentsSchema = z.strictObject({
  service: z.string(),
  cluster: z.string().optional(),
  status: z.array(statusSchema).optional(),
  createdAt: z.strictObject({ before: epochSecondsSchema, after: epochSecondsSchema }).optional(),
  ...pagingFields,
});

const listServiceDeployments = (ecs: Ecs): Operation =>
  defineOperation(
    listServiceDeploymentsSchema,
    async ({ service: name, cluster: reference, status: wanted, createdAt = {}, ...request }, call) => {
      const place = ecsLocation(call);
      const cluster = clusterArn(place, reference);
      const context = { 'ecs:cluster': cluster };
      await call.allow('ecs:ListServiceDeployments', serviceArn(place, cluster, name), { context });
      const { after = 0, before = Number.POSITIVE_INFINITY } = createdAt;
      const found = getService(getCluster(ecs, cluster), name).serviceDeployments.filter((each) => {
        if (!isInHistory(ecs, each)) return false;
        const at = historyTime(ecs, each.createdAt).getTime() / 1000;
        return at >= after && at <= before && (!wanted?.length || wanted.includes(each.status));
      });
      // The default page size is 20 (botocore ecs ListServiceDeploymentsRequest.maxResults).
      const { items, ...more } = takePage(inListOrder(ecs, found), request, 20);
      const listed = items.map((each) => serviceDeploymentSummary(ecs, visibleServiceDeployment(ecs, each)));
      return { serviceDeployments: listed, ...more };
    },
  );

/** These calls need permission on the service and on its child resource. The child's ARN contains both names (Service Authorization Reference, ECS). */
export async function authorizeServiceChild(call: Call, arn: string): Promise<void> {
  const [, cluster, name = ''] = arn.split('/');
  const inCluster = { 'ecs:cluster': clusterArn(ecsLocation(call), cluster) };
  const service = serviceArn(ecsLocation(call), cluster ?? '', name);
  await call.allow(`ecs:${call.operation}`, service, { context: inCluster });
  await call.allow(`ecs:${call.operation}`, arn, { context: { ...inCluster, 'ecs:service': service } });
}

const describeServiceDeploymentsSchema = z.strictObject({ serviceDeploymentArns: z.array(z.string()).min(1).max(20) });

const describeServiceDeployments = (ecs: Ecs): Operation =>
  defineOperation(describeServiceDeploymentsSchema, async ({ serviceDeploymentArns: arns }, call) => {
    for (const arn of arns) await authorizeServiceChild(call, arn);
    return {
      serviceDeployments: inListOrder(ecs, arns)
        .flatMap((arn) => ecs.serviceDeployments.get(arn) ?? [])
        .map((each) => visibleHistoryEntry(ecs, each)),
      failures: arns.filter((arn) => !ecs.serviceDeployments.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  });

/** ListServiceDeployments (newest first) and DescribeServiceDeployments. */
export const serviceDeploymentOperations = (ecs: Ecs): Record<string, Operation> => ({
  ListServiceDeployments: listServiceDeployments(ecs),
  DescribeServiceDeployments: describeServiceDeployments(ecs),
});
