import { ECSClient, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Cell } from './cell.ts';
import { cluster } from './config.ts';
import { type BenchEnvironment, benchRegion, createTaskDefinitionInput } from './environment.ts';
import type { DeployerReport } from './row.ts';

/** A program that makes a release, or watches one. Others are added in `bench/deployers.ts`. */
export interface Deployer {
  id: string;
  title: string;
  /** Undefined if it is not installed. */
  version: string | undefined;
  /** Whether the deployer runs an execution of Gantry's state machine. If so, invocations and transitions are counted too. */
  workflow?: boolean;
  /** Whether the deployer calls the load balancer's API, which the embedded AWS does not have. */
  asksBalancer?: boolean;
  /** Whether the deployer makes the release itself. If so, it must call AWS. */
  releases?: boolean;
  /** The ids of the deployer's scenarios, if it does not run in all scenarios. Such a deployer is not in the table of scores. */
  only?: string[];
  /** Releases the cell's image and returns the deployer's report. Undefined if the signal came first. Rejects if the deployer could not be run. */
  deploy(environment: BenchEnvironment, cell: Cell, signal: AbortSignal): Promise<DeployerReport | undefined>;
}

/** Creates a client with the credentials of the cell's user. */
export const createEcsClient = (
  { running }: BenchEnvironment,
  { keys: { accessKeyId, secretAccessKey } }: Cell,
): ECSClient =>
  new ECSClient({ region: benchRegion, endpoint: running.cloud.url, credentials: { accessKeyId, secretAccessKey } });

/** Registers the cell's release and updates the service, like any deploy script. Returns the revision's ARN. */
export async function deployRelease(client: ECSClient, cell: Cell): Promise<string> {
  const registered = await client.send(new RegisterTaskDefinitionCommand(createTaskDefinitionInput(cell, cell.image)));
  const taskDefinition = registered.taskDefinition?.taskDefinitionArn ?? '';
  await client.send(new UpdateServiceCommand({ cluster, service: cell.name, taskDefinition }));
  return taskDefinition;
}
