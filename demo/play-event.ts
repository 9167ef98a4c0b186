import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { loadCheckoutConfig } from '../cli/checkout-config.ts';
import type { Config } from '../core/config/check.ts';
import { listAllowedManualStarts } from '../core/config/entry-machines.ts';
import { listStateMachines } from '../infra/system-state-machines.ts';
import { createJumpingClock } from '../local/clock.ts';
import type { Cloud } from '../local/cloud.ts';
import { actAsAdministrator } from '../local/run/accounts.ts';
import { useFolderAsSource } from '../local/run/source.ts';
import { startEmbeddedAws } from '../local/run/start.ts';
import { createCloudReader } from './cloud-reader.ts';
import { type PlayEnvironment, prepareEnvironment, waitUntilIdle } from './play-environment.ts';
import { createDemoRepository } from './repository.ts';
import { listDeployedServices } from './system.ts';

/**
 * Returns the names of the functions and state machines that can receive an event: `take-job`, `deploy_test`. The names do not contain the name of the
 * installation.
 */
export const listEntryPoints = ({ targets }: Config): string[] => [
  ...globSync('functions/*.ts', { cwd: join(import.meta.dirname, '..') }).map((file) => basename(file, '.ts')),
  ...['deploy', 'rollback'],
  ...targets.flatMap((target) => listAllowedManualStarts(target).map((kind) => `${kind}_${target.name}`)),
];

/** The effects of one event: the answer, the executions that the event started, and the changes of the services. */
export interface PlayResult {
  /** A function's result or error, or the ARN of the started execution. */
  answer: unknown;
  executions: { arn: string; status: string; states: string[]; error?: string | undefined; message: string }[];
  services: { name: string; before: string; after: string; images: string[]; rollout: string }[];
}

/**
 * Sends an event to a function or a state machine in a new embedded AWS whose services have had two healthy releases. `options.bundles` is a folder of
 * functions that are already built. `options.prepare` can change the cloud before everything else, and `options.debug` right before the event.
 */
export async function playEvent(
  entryPoint: string,
  event: unknown,
  options: { bundles?: string; prepare?: (cloud: Cloud) => void; debug?: (cloud: Cloud) => void } = {},
): Promise<PlayResult> {
  const config = await loadCheckoutConfig();
  const clock = createJumpingClock();
  const { bundles } = options;
  const running = await startEmbeddedAws({
    clock,
    config,
    stage: 'production',
    withExistingResources: true,
    ...(bundles === undefined ? {} : { bundles }),
  });
  const repository = await createDemoRepository(listDeployedServices(running));
  try {
    options.prepare?.(running.cloud);
    useFolderAsSource(running, config, repository.folder);
    const environment: PlayEnvironment = {
      clock,
      running,
      reader: createCloudReader(running),
      build: actAsAdministrator(running.cloud, running.system.account, running.system.region),
    };
    await prepareEnvironment(environment, entryPoint);
    const known = new Set(await environment.reader.executions());
    const before = await readServices(environment);
    options.debug?.(running.cloud);
    const answer = await sendEvent(environment, entryPoint, event);
    await waitUntilIdle(environment);
    return {
      answer,
      executions: await readNewExecutions(environment, known),
      services: compareServices(before, await readServices(environment)),
    };
  } finally {
    await running.stop();
    await repository.remove();
  }
}

const invokeResultSchema = z.object({ Payload: z.instanceof(Uint8Array) });
const startResultSchema = z.object({ executionArn: z.string() });

async function sendEvent(
  { clock, running, build }: PlayEnvironment,
  entryPoint: string,
  event: unknown,
): Promise<unknown> {
  const { names, functions } = running.system;
  const machine = listStateMachines(running.system).find(({ name }) => name === names.of(entryPoint));
  if (machine !== undefined) {
    const input = JSON.stringify(event);
    return startResultSchema.parse(await build('states', 'StartExecution', { stateMachineArn: machine.arn, input }))
      .executionArn;
  }
  const fn = functions.find(({ file }) => file === entryPoint);
  if (fn === undefined) throw new Error(`No function or machine is called "${entryPoint}".`);
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = clock.freezeDuring(build('lambda', 'Invoke', { FunctionName: fn.name, Payload }));
  return JSON.parse(Buffer.from(invokeResultSchema.parse(await answer).Payload).toString());
}

const readServices = ({ running, reader }: PlayEnvironment) =>
  Promise.all(
    running.services.map(async ({ target, service }) => ({
      ...(await reader.service(target, service)),
      name: `${target.name}/${service.name}`,
    })),
  );

type ServiceViews = Awaited<ReturnType<typeof readServices>>;

const shortName = (arn: string): string => arn.split('/').at(-1) ?? arn;

const compareServices = (before: ServiceViews, after: ServiceViews): PlayResult['services'] =>
  after.map(({ name, taskDefinition, images, rollout }, index) => ({
    name,
    before: shortName(before[index]?.taskDefinition ?? ''),
    after: shortName(taskDefinition),
    images: images.map(({ image }) => image),
    rollout,
  }));

const executionResultSchema = z.object({
  error: z.string().optional(),
  cause: z.string().optional(),
  output: z.string().optional(),
});
const reportSchema = z.object({ report: z.object({ message: z.string() }) });

async function readNewExecutions(
  { build, reader }: PlayEnvironment,
  known: Set<string>,
): Promise<PlayResult['executions']> {
  const started = (await reader.executions()).filter((arn) => !known.has(arn));
  return Promise.all(
    started.map(async (arn) => {
      const { status, states } = await reader.execution(arn);
      const { error, cause, output } = executionResultSchema.parse(
        await build('states', 'DescribeExecution', { executionArn: arn }),
      );
      const report = reportSchema.safeParse(JSON.parse(output ?? 'null')).data?.report.message;
      return { arn, status, states, error, message: cause ?? report ?? '' };
    }),
  );
}
