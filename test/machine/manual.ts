import { randomUUID } from 'node:crypto';
import JSZip from 'jszip';
import type { ManualStart } from '../../core/config/entry-machines.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import type { TestSystem } from './system.ts';

export interface EndedExecution {
  status: string;
  /** The error type and message of the report, if the execution failed. */
  error?: string;
  cause?: string;
}

/** Starts a manual deployment as a user of the build account, and lets time pass until it has ended. */
export const runManualDeployment = (system: TestSystem, input: object): Promise<EndedExecution> =>
  play(system, system.system.machine.arn, input);

/** The same for a manual rollback. */
export const runManualRollback = (system: TestSystem, input: object): Promise<EndedExecution> =>
  play(system, system.system.rollbackMachine.arn, input);

/** The same, through the entry machine of a service's target, such as `test/web`. */
export function runByEntryMachine(
  system: TestSystem,
  kind: ManualStart,
  name: string,
  input: object = {},
): Promise<EndedExecution> {
  const [target, service] = name.split('/');
  const entry = system.system.entryMachines.find((one) => one.kind === kind && one.target === target);
  return play(system, entry!.arn, { service, ...input });
}

async function play(system: TestSystem, stateMachineArn: string, input: object): Promise<EndedExecution> {
  const admin = system.admin(system.system.account);
  const started = await admin('states', 'StartExecution', {
    stateMachineArn,
    name: randomUUID(),
    input: JSON.stringify(input),
  });
  const executionArn = (started as { executionArn: string }).executionArn;
  const look = async () => (await admin('states', 'DescribeExecution', { executionArn })) as EndedExecution;
  return system.waitUntil(look, ({ status }) => status !== 'RUNNING');
}

/** Puts an artifact of these files into the bucket, under a new key and with the bucket's encryption. `more` can override both. */
export async function putArtifact(
  { admin, system }: TestSystem,
  files: Record<string, unknown>,
  more: { Key?: string; ServerSideEncryption?: string; SSEKMSKeyId?: string } = {},
): Promise<{ bucket: string; key: string }> {
  const zip = new JSZip();
  for (const [name, content] of Object.entries(files)) zip.file(name, JSON.stringify(content));
  const at = { bucket: getFirstPipeline(system).bucket.name, key: `by-hand/Build/${randomUUID()}` };
  const Body = await zip.generateAsync({ type: 'nodebuffer' });
  await admin(system.account)('s3', 'PutObject', { Bucket: at.bucket, Key: at.key, Body, ...more });
  return { ...at, key: more.Key ?? at.key };
}

/** Lets time pass until no deployment or rollback is in progress in the clusters of the targets. */
export async function waitUntilSteady(system: TestSystem): Promise<void> {
  const look = async () => {
    const found = await Promise.all(
      system.system.services.map(({ account, cluster, name }) =>
        system.admin(account)('ecs', 'DescribeServices', { cluster, services: [name] }),
      ),
    );
    return (found as { services: Steady[] }[]).flatMap(({ services }) => services);
  };
  await system.waitUntil(look, (services) =>
    services.every(
      ({ deployments, runningCount, desiredCount }) => deployments.length === 1 && runningCount === desiredCount,
    ),
  );
}

interface Steady {
  deployments: unknown[];
  runningCount: number;
  desiredCount: number;
}
