import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../cli/load-config.ts';
import { jumpingClock } from '../local/clock.ts';
import type { Cloud } from '../local/cloud.ts';
import { actAs } from '../local/run/accounts.ts';
import { connectFolder } from '../local/run/source.ts';
import { start } from '../local/run/start.ts';
import { looks } from './look.ts';
import { prepare, untilQuiet, type World } from './player-world.ts';

/** The functions and machines that an event can be played at, by their names. */
export const doors = globSync(['functions/*.ts', 'state-machines/*.asl.json'], { cwd: join(import.meta.dirname, '..') })
  .map((file) => basename(file).replace(/\.(ts|asl\.json)$/, ''))
  .sort();

/** What came of one event: a function's answer or an execution's end, and everything that it set going. */
export interface Played {
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
export async function play(
  door: string,
  event: unknown,
  how: { bundles?: string; prepare?: (cloud: Cloud) => void; debug?: (cloud: Cloud) => void } = {},
): Promise<Played> {
  const config = await loadConfig();
  const clock = jumpingClock();
  const { bundles } = how;
  const running = await start({ clock, config, stage: 'production', ...(bundles === undefined ? {} : { bundles }) });
  try {
    how.prepare?.(running.cloud);
    connectFolder(running, config, 'examples/web');
    const world: World = {
      clock,
      running,
      looks: looks(running),
      build: actAs(running.cloud, running.system.account, running.system.region),
    };
    await prepare(world, door);
    const known = new Set(await world.looks.executions());
    const before = await standing(world);
    how.debug?.(running.cloud);
    const answer = await knock(world, door, event);
    await untilQuiet(world);
    return { answer, executions: await ended(world, known), services: changed(before, await standing(world)) };
  } finally {
    await running.stop();
  }
}

const invoked = z.object({ Payload: z.instanceof(Uint8Array) });
const begun = z.object({ executionArn: z.string() });

async function knock({ clock, running, build }: World, door: string, event: unknown): Promise<unknown> {
  const { machine: deploy, rollbackMachine, functions } = running.system;
  const machine = [deploy, rollbackMachine].find(({ file }) => file.endsWith(`/${door}.asl.json`));
  if (machine !== undefined) {
    const input = JSON.stringify(event);
    return begun.parse(await build('states', 'StartExecution', { stateMachineArn: machine.arn, input })).executionArn;
  }
  const fn = functions.find(({ file }) => file === door);
  if (fn === undefined) throw new Error(`No function or machine is called "${door}".`);
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = clock.work(build('lambda', 'Invoke', { FunctionName: fn.name, Payload }));
  return JSON.parse(Buffer.from(invoked.parse(await answer).Payload).toString());
}

const standing = ({ running, looks: look }: World) =>
  Promise.all(
    running.config.targets.flatMap((target) =>
      target.services.map(async (service) => ({
        ...(await look.service(target, service)),
        name: `${target.name}/${service.name}`,
      })),
    ),
  );

type Standing = Awaited<ReturnType<typeof standing>>;

const short = (arn: string): string => arn.split('/').at(-1) ?? arn;

const changed = (before: Standing, after: Standing): Played['services'] =>
  after.map(({ name, taskDefinition, images, rollout }, index) => ({
    name,
    before: short(before[index]?.taskDefinition ?? ''),
    after: short(taskDefinition),
    images: images.map(({ image }) => image),
    rollout,
  }));

const described = z.object({
  error: z.string().optional(),
  cause: z.string().optional(),
  output: z.string().optional(),
});
const reported = z.object({ report: z.object({ message: z.string() }) });

async function ended({ build, looks: look }: World, known: Set<string>): Promise<Played['executions']> {
  const fresh = (await look.executions()).filter((arn) => !known.has(arn));
  return Promise.all(
    fresh.map(async (arn) => {
      const { status, states } = await look.execution(arn);
      const { error, cause, output } = described.parse(
        await build('states', 'DescribeExecution', { executionArn: arn }),
      );
      const report = reported.safeParse(JSON.parse(output ?? 'null')).data?.report.message;
      return { arn, status, states, error, says: cause ?? report ?? '' };
    }),
  );
}
