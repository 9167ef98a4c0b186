import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../cli/load-config.ts';
import { createJumpingClock } from '../local/clock.ts';
import type { Cloud } from '../local/cloud.ts';
import { actAsAdministrator } from '../local/run/accounts.ts';
import { useFolderAsSource } from '../local/run/source.ts';
import { startEmbeddedAws } from '../local/run/start.ts';
import { createCloudReader } from './cloud-reader.ts';
import { type PlayEnvironment, prepareEnvironment, waitUntilIdle } from './play-environment.ts';

/** The functions and machines that an event can be played at, by their names. */
export const entryPoints = globSync(['functions/*.ts', 'state-machines/*.asl.json'], {
  cwd: join(import.meta.dirname, '..'),
})
  .map((file) => basename(file).replace(/\.(ts|asl\.json)$/, ''))
  .sort();

/** What came of one event: a function's answer or an execution's end, and everything that it set going. */
export interface PlayResult {
  /** A function's answer, or its error, or the ARN of the execution that was started. */
  answer: unknown;
  executions: { arn: string; status: string; states: string[]; error?: string | undefined; says: string }[];
  services: { name: string; before: string; after: string; images: string[]; rollout: string }[];
}

/**
 * Plays an event at the door that its file is named after (`<function or machine>.<case>.json`), in a fresh embedded AWS whose services
 * have seen two good releases. `how.bundles` holds built functions, where they are built already; `how.prepare` may change the cloud first,
 * `how.debug` just before the event.
 */
export async function playEvent(
  door: string,
  event: unknown,
  how: { bundles?: string; prepare?: (cloud: Cloud) => void; debug?: (cloud: Cloud) => void } = {},
): Promise<PlayResult> {
  const config = await loadConfig();
  const clock = createJumpingClock();
  const { bundles } = how;
  const running = await startEmbeddedAws({
    clock,
    config,
    stage: 'production',
    ...(bundles === undefined ? {} : { bundles }),
  });
  try {
    how.prepare?.(running.cloud);
    useFolderAsSource(running, config, 'examples/web');
    const world: PlayEnvironment = {
      clock,
      running,
      looks: createCloudReader(running),
      build: actAsAdministrator(running.cloud, running.system.account, running.system.region),
    };
    await prepareEnvironment(world, door);
    const known = new Set(await world.looks.executions());
    const before = await readServices(world);
    how.debug?.(running.cloud);
    const answer = await sendEvent(world, door, event);
    await waitUntilIdle(world);
    return {
      answer,
      executions: await readNewExecutions(world, known),
      services: compareServices(before, await readServices(world)),
    };
  } finally {
    await running.stop();
  }
}

const invokeResultSchema = z.object({ Payload: z.instanceof(Uint8Array) });
const startResultSchema = z.object({ executionArn: z.string() });

async function sendEvent({ clock, running, build }: PlayEnvironment, door: string, event: unknown): Promise<unknown> {
  const { machine: deploy, rollbackMachine, functions } = running.system;
  const machine = [deploy, rollbackMachine].find(({ file }) => file.endsWith(`/${door}.asl.json`));
  if (machine !== undefined) {
    const input = JSON.stringify(event);
    return startResultSchema.parse(await build('states', 'StartExecution', { stateMachineArn: machine.arn, input }))
      .executionArn;
  }
  const fn = functions.find(({ file }) => file === door);
  if (fn === undefined) throw new Error(`No function or machine is called "${door}".`);
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = clock.freezeDuring(build('lambda', 'Invoke', { FunctionName: fn.name, Payload }));
  return JSON.parse(Buffer.from(invokeResultSchema.parse(await answer).Payload).toString());
}

const readServices = ({ running, looks: look }: PlayEnvironment) =>
  Promise.all(
    running.config.targets.flatMap((target) =>
      target.services.map(async (service) => ({
        ...(await look.service(target, service)),
        name: `${target.name}/${service.name}`,
      })),
    ),
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
  { build, looks: look }: PlayEnvironment,
  known: Set<string>,
): Promise<PlayResult['executions']> {
  const fresh = (await look.executions()).filter((arn) => !known.has(arn));
  return Promise.all(
    fresh.map(async (arn) => {
      const { status, states } = await look.execution(arn);
      const { error, cause, output } = executionResultSchema.parse(
        await build('states', 'DescribeExecution', { executionArn: arn }),
      );
      const report = reportSchema.safeParse(JSON.parse(output ?? 'null')).data?.report.message;
      return { arn, status, states, error, says: cause ?? report ?? '' };
    }),
  );
}
