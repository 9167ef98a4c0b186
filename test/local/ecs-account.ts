import { CreateRepositoryCommand, ECRClient, PutImageCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  type ServiceDeployment,
  type Task,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { cloudwatch } from '../../local/cloudwatch.ts';
import { ecr } from '../../local/ecr.ts';
import { ecs } from '../../local/ecs.ts';
import { buildAccountId, region, startCloud, testAccountId } from '../start.ts';

export const executionRole = `arn:aws:iam::${testAccountId}:role/execution`;
export const targetGroup = `arn:aws:elasticloadbalancing:${region}:${testAccountId}:targetgroup/web/0123456789abcdef`;
const registry = `${buildAccountId}.dkr.ecr.${region}.amazonaws.com`;

const pulls = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const document = (...Statement: Record<string, unknown>[]) => ({ Version: '2012-10-17' as const, Statement });
const allow = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

/** Returns the annotation of a behaviour. A `then` key in an object literal would look like a promise. */
export const behaviorWith = (word: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...Object.fromEntries([['then', word]]),
  ...more,
});

/** Creates two accounts, with images in build and in test a cluster `test` with an execution role, and helpers for them. */
export async function createEcsAccount(...more: Parameters<typeof startCloud>) {
  const { as, clock, cloud } = await startCloud(ecs, ecr, cloudwatch, ...more);
  const client = new ECSClient(as(testAccountId));
  const images = new ECRClient(as(buildAccountId));
  cloud.iam.roles.set(executionRole, {
    arn: executionRole,
    trust: document({ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    policies: { pull: document(allow(pulls, '*'), allow(['ecr:GetAuthorizationToken'], '*')) },
  });
  await client.send(new CreateClusterCommand({ clusterName: 'test' }));
  await images.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  const policyText = JSON.stringify(
    document({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${testAccountId}:root` }, Action: pulls }),
  );
  await images.send(new SetRepositoryPolicyCommand({ repositoryName: 'web', policyText }));

  let tags = 0;
  /** Pushes an image with this behaviour; returns its URI. */
  const image = async (behavior: Record<string, unknown> = {}, imageTag = `t${++tags}`): Promise<string> => {
    const annotations = { 'local.gantry.behavior': JSON.stringify(behavior), tag: imageTag, n: String(tags) };
    const layers = [{ digest: `sha256:${'1'.repeat(64)}`, size: 10 }];
    const imageManifest = JSON.stringify({ schemaVersion: 2, layers, annotations });
    await images.send(new PutImageCommand({ repositoryName: 'web', imageManifest, imageTag }));
    return `${registry}/web:${imageTag}`;
  };

  const revision = async (uri: string, more: Partial<ContainerDefinition> = {}): Promise<string> => {
    const containerDefinitions = [{ name: 'app', image: uri, ...more }];
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({ family: 'web', executionRoleArn: executionRole, containerDefinitions }),
    );
    return taskDefinition!.taskDefinitionArn!;
  };

  /** Returns the service's current description. */
  const readService = async (service: string): Promise<Service> => {
    const { services } = await client.send(new DescribeServicesCommand({ cluster: 'test', services: [service] }));
    return services![0]!;
  };

  /** Returns the service deployment with this ARN, or the service's newest. */
  const release = async (service: string, arn?: string): Promise<ServiceDeployment> => {
    const serviceDeploymentArns = [arn ?? (await readService(service)).currentServiceDeployment!];
    const { serviceDeployments } = await client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
    return serviceDeployments![0]!;
  };

  /** Lets this many seconds pass. */
  const pass = async (seconds: number): Promise<void> => {
    let over = false;
    clock.after(seconds * 1000, () => {
      over = true;
    });
    await clock.advanceUntil(() => over);
  };

  const create = async (serviceName: string, taskDefinition: string, more: Partial<CreateServiceCommandInput> = {}) => {
    await client.send(
      new CreateServiceCommand({ cluster: 'test', serviceName, taskDefinition, desiredCount: 2, ...more }),
    );
    await pass(120);
  };

  const update = async (service: string, more: Partial<UpdateServiceCommandInput>): Promise<Service> =>
    (await client.send(new UpdateServiceCommand({ cluster: 'test', service, ...more }))).service!;

  const tasks = async (serviceName: string, desiredStatus: 'RUNNING' | 'STOPPED'): Promise<Task[]> => {
    const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'test', serviceName, desiredStatus }));
    if (taskArns!.length === 0) return [];
    return (await client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }))).tasks!;
  };

  return { as, client, clock, cloud, create, image, readService, pass, release, revision, tasks, update, images };
}
