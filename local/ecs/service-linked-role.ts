import type { Caller } from '../../policy-evaluator/caller.ts';
import type { Iam } from '../iam.ts';
import { iamArn, type Place, partitionId } from '../partition.ts';

const serviceLinkedRoleArn = (place: Place): string =>
  iamArn(place, 'role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS');

/**
 * ECS creates its service-linked role with an account's first cluster, and uses the role to read alarms
 * (docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles-for-clusters.html). Tasks without an execution role also pull their images
 * with this role, and only from their own account.
 */
export function createServiceLinkedRole(iam: Iam, place: Place): void {
  const arn = serviceLinkedRoleArn(place);
  if (iam.roles.has(arn)) return;
  const allow = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  iam.roles.set(arn, {
    arn,
    trust: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: {
      AmazonECSServiceRolePolicy: {
        Version: '2012-10-17',
        Statement: [
          allow(['cloudwatch:DescribeAlarms', 'ecr:GetAuthorizationToken'], '*'),
          allow(
            ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            `arn:${partitionId(place.region)}:ecr:*:${place.account}:repository/*`,
          ),
        ],
      },
    },
  });
}

/** Returns a session of ECS itself, as the account's service-linked role. */
export const serviceLinkedRoleSession = (iam: Iam, place: Place): Caller =>
  iam.session(serviceLinkedRoleArn(place), 'ecs-service-scheduler');
