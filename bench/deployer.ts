import { ECSClient, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Cell } from './cell.ts';
import { cluster } from './config.ts';
import { type BenchEnvironment, benchRegion, createTaskDefinitionInput } from './environment.ts';
import type { DeployerReport } from './row.ts';

/** Somebody who releases, or watches a release. A place to add others: `bench/deployers.ts`. */
export interface Deployer {
  id: string;
  title: string;
  /** Undefined: it is not installed. */
  version: string | undefined;
  /** Its work is an execution of Gantry's state machine: invocations and transitions are counted too. */
  workflow?: boolean;
  /** It asks the load balancer, which the embedded AWS does not have. */
  asksBalancer?: boolean;
  /** It makes the release itself, so it must ask AWS for something. */
  releases?: boolean;
  /** The ids of the scenarios that it is there for, where not for all: then it is not in the table of scores. */
  only?: string[];
  /** Releases the cell's image and says what became of it; undefined where the signal came first. Rejects where it could not be run. */
  deploy(world: BenchEnvironment, cell: Cell, signal: AbortSignal): Promise<DeployerReport | undefined>;
}

/** A client that calls as the cell's own user. */
export const createEcsClient = (
  { running }: BenchEnvironment,
  { keys: { accessKeyId, secretAccessKey } }: Cell,
): ECSClient =>
  new ECSClient({ region: benchRegion, endpoint: running.cloud.url, credentials: { accessKeyId, secretAccessKey } });

/** Registers the cell's release and updates the service, as any deploy script does. Answers the revision's ARN. */
export async function deployRelease(client: ECSClient, cell: Cell): Promise<string> {
  const made = await client.send(new RegisterTaskDefinitionCommand(createTaskDefinitionInput(cell, cell.image)));
  const taskDefinition = made.taskDefinition?.taskDefinitionArn ?? '';
  await client.send(new UpdateServiceCommand({ cluster, service: cell.name, taskDefinition }));
  return taskDefinition;
}
