import type { Config } from '../../core/config/check.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import {
  describeExecution,
  type EndedRelease,
  hasEnded,
  type ServiceSnapshot,
  startReleaseSystem,
} from './release-system.ts';

/** Starts a system whose service `test/web` is steady, with helpers for tests of `rollback`. */
export async function startRollbackSystem(config?: Config) {
  const system = await startReleaseSystem(config);
  const { build, testAccount } = system;
  const { rollbackMachine } = system.system;
  const list = async (): Promise<string[]> => {
    const answer = await build('states', 'ListExecutions', { stateMachineArn: rollbackMachine.arn });
    return (answer as { executions: { executionArn: string }[] }).executions.map(({ executionArn }) => executionArn);
  };
  const described = async () => {
    const { taskDefinition } = await system.service();
    return (await testAccount('ecs', 'DescribeTaskDefinition', { taskDefinition })) as {
      taskDefinition: Record<string, unknown> & { containerDefinitions: [Container, ...Container[]] };
    };
  };
  const does = {
    ...system,
    /** Returns the executions of `rollback`, newest first. */
    list,
    async start(input: object): Promise<string> {
      const answer = await build('states', 'StartExecution', {
        stateMachineArn: rollbackMachine.arn,
        input: JSON.stringify(input),
      });
      return (answer as { executionArn: string }).executionArn;
    },
    async back(input: object): Promise<EndedRelease> {
      return system.end(await does.start(input));
    },
    /** Lets time pass until `rollback` has executions other than the known ones and each has ended; returns the new ones. */
    async noticed(known: string[]): Promise<EndedRelease[]> {
      const look = async () => {
        const arns = (await list()).filter((arn) => !known.includes(arn));
        return Promise.all(arns.map((arn) => describeExecution(system, arn)));
      };
      return system.waitUntil(look, (found) => found.length > 0 && found.every(hasEnded));
    },
    /** Releases an image that runs well; returns the revision. */
    async good(tag: string): Promise<string> {
      await system.release(await system.push(tag, {}));
      return (await system.steady()).taskDefinition;
    },
    name: (taskDefinition: string): string => taskDefinition.split('/').at(-1) ?? '',
    /** Registers a revision of the service's family with this image, outside Gantry. */
    async register(image: string): Promise<string> {
      const { taskDefinition } = await described();
      const [container] = taskDefinition.containerDefinitions;
      const { family, executionRoleArn, taskRoleArn, networkMode, requiresCompatibilities, cpu, memory } =
        taskDefinition;
      const input = { family, executionRoleArn, taskRoleArn, networkMode, requiresCompatibilities, cpu, memory };
      const made = await testAccount('ecs', 'RegisterTaskDefinition', {
        ...input,
        containerDefinitions: [{ ...container, image }],
      });
      return (made as { taskDefinition: { taskDefinitionArn: string } }).taskDefinition.taskDefinitionArn;
    },
    /** Updates the service outside Gantry. Lets time pass until the service's newest deployment is in this state. */
    async update(change: Record<string, unknown>, state = 'COMPLETED'): Promise<void> {
      const { service } = (await testAccount('ecs', 'UpdateService', {
        cluster: 'web-shop',
        service: 'web',
        ...change,
      })) as {
        service: ServiceSnapshot;
      };
      const began = service.deployments.find(({ status }) => status === 'PRIMARY')?.id;
      await system.waitUntil(
        () => system.service(),
        ({ deployments }) =>
          (deployments[0]?.id !== began || deployments[0]?.rolloutState !== 'IN_PROGRESS') &&
          deployments.some(({ rolloutState }) => rolloutState === state),
      );
      if (state === 'COMPLETED') await system.steady();
    },
    async digest(imageTag: string): Promise<string> {
      const { repository } = getFirstPipeline(system.system);
      const found = await build('ecr', 'BatchGetImage', { repositoryName: repository.name, imageIds: [{ imageTag }] });
      return (found as { images: { imageId: { imageDigest: string } }[] }).images[0]!.imageId.imageDigest;
    },
    /** Returns the images of the revision that the service runs. */
    async images(): Promise<string[]> {
      return (await described()).taskDefinition.containerDefinitions.map(({ image }) => image);
    },
    async runs(): Promise<string> {
      return (await system.service()).taskDefinition;
    },
  };
  return does;
}

interface Container {
  name: string;
  image: string;
}
