import { CreateClusterCommand, CreateServiceCommand, DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { AwsError } from '../../local/aws-error.ts';
import type { AwsService, Cloud } from '../../local/cloud.ts';
import { ecs } from '../../local/ecs.ts';
import { sts } from '../../local/sts.ts';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';

export const target = {
  roleArn: `arn:aws:iam::${testAccountId}:role/test-deployment`,
  region,
  cluster: 'main',
  service: 'web',
};

export const executionArn = (name: string) =>
  `arn:aws:states:${region}:${buildAccountId}:execution:gantry-deploy:${name}`;

const document = (...Statement: Record<string, unknown>[]): PolicyDocument => ({ Version: '2012-10-17', Statement });

/** The minimum permissions of a deployment, one statement for each, so that a test can leave one out. */
export const permissions: Record<string, Record<string, unknown>> = {
  service: { Action: ['ecs:DescribeServices', 'ecs:UpdateService'], Resource: '*' },
  read: { Action: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'], Resource: '*' },
  register: { Action: 'ecs:RegisterTaskDefinition', Resource: '*' },
  tag: { Action: 'ecs:TagResource', Resource: '*' },
  pass: { Action: 'iam:PassRole', Resource: '*' },
};

export type RecordedRequests = { operation: string; input: unknown }[];

/** The embedded ECS, which records every request. The answer to a request can be lost after the request took effect. */
export const createRecordingEcs =
  (requests: RecordedRequests, losing: Set<string>) =>
  (cloud: Cloud): AwsService => {
    const service = ecs(cloud);
    const operations = Object.entries(service.operations).map(([operation, { input, run }]) => [
      operation,
      {
        input,
        run: async (given: unknown, call: Parameters<typeof run>[1]) => {
          requests.push({ operation, input: structuredClone(given) });
          const answer = await run(given, call);
          if (losing.delete(operation)) throw new AwsError('ServerException', 'Service Unavailable', 503);
          return answer;
        },
      },
    ]);
    return { ...service, operations: Object.fromEntries(operations) };
  };

/**
 * Starts an embedded AWS with a build account, to which the environment's credentials belong, and a test account with the role and a running
 * service.
 */
export async function createTargetAccount(...more: ((cloud: Cloud) => AwsService)[]) {
  const requests: RecordedRequests = [];
  const losing = new Set<string>();
  const started = await startCloud(createRecordingEcs(requests, losing), sts, ...more);
  const { credentials } = started.as(buildAccountId);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: started.cloud.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const admin = new ECSClient(started.as(testAccountId));
  const allow = (without: string[] = []) =>
    started.cloud.iam.roles.set(target.roleArn, {
      arn: target.roleArn,
      trust: document({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${buildAccountId}:root` },
        Action: 'sts:AssumeRole',
      }),
      policies: Object.fromEntries(
        Object.entries(permissions)
          .filter(([name]) => !without.includes(name))
          .map(([name, statement]) => [name, document({ Sid: name, Effect: 'Allow', ...statement })]),
      ),
    });
  allow();
  await admin.send(new CreateClusterCommand({ clusterName: 'main' }));
  const sent = (operation: string) => requests.filter((one) => one.operation === operation).map(({ input }) => input);
  const service = async (name: string) => {
    const answer = await admin.send(new DescribeServicesCommand({ cluster: 'main', services: [name] }));
    return answer.services![0]!;
  };
  /** Creates a service and waits until it is steady. */
  const create = async (serviceName: string, taskDefinition: string) => {
    const input = { cluster: 'main', serviceName, taskDefinition, desiredCount: 1, launchType: 'FARGATE' as const };
    await admin.send(new CreateServiceCommand(input));
    const deadline = started.clock.now() + 600_000;
    await started.clock.advanceUntil(() => started.clock.now() >= deadline).catch(() => undefined);
    return service(serviceName);
  };
  return { ...started, admin, allow, requests, losing, sent, service, create };
}
