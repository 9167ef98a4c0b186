import { z } from 'zod';
import { executionsOf, historyOf, transitionsIn, verdictIn } from '../execution.ts';
import { type Heard, visibleAt } from '../fact.ts';
import { quantile } from '../median.ts';
import type { Wish } from './config.ts';
import { type Asked, throttleAndCount } from './count.ts';
import { createScaleWorld, type Place, type ScaleWorld } from './world.ts';

/** Of some numbers. */
export interface Spread {
  median: number;
  p95: number;
  longest: number;
}

/** What a load came to. `calls`, `invocations` and `transitions` are of one deployment in the mean; times are in seconds. */
export interface Loaded extends Wish {
  right: number;
  wrong: number;
  /** What the first few said that were wrong. */
  mistakes: string[];
  /** From the start until ECS began with it: leases, throttles and their retries are behind it then. */
  queued: Spread;
  /** From the fact being visible to the verdict, and from the start to both. */
  late: Spread;
  toFact: Spread;
  toVerdict: Spread;
  calls: Record<string, number>;
  invocations: number;
  transitions: number;
  buckets: Asked[];
}

/** Starts so many releases in the same moment, each of a service of its own, under ECS's throttles, and waits for all of them. */
export async function load(wish: Wish): Promise<Loaded> {
  const world = await createScaleWorld(wish);
  const { clock } = world.running;
  const heard = hear(world);
  const counts = throttleAndCount(world.running);
  const start = clock.now();
  const ended = await release(world);
  const judged: Judged[] = [];
  for (const place of world.places)
    judged.push(await judge(world, place, { start, heard, arn: ended.get(place.name) ?? '' }));
  const moves = judged.reduce((sum, { transitions }) => sum + transitions, await transitionsBack(world));
  await world.running.stop();
  const each = (sum: number) => sum / wish.deployments;
  return {
    ...wish,
    right: judged.filter(({ right }) => right).length,
    wrong: judged.filter(({ right }) => !right).length,
    mistakes: judged.flatMap(({ right, said }) => (right ? [] : [said])).slice(0, 3),
    queued: spread(judged.flatMap(({ queued }) => queued ?? [])),
    late: spread(judged.flatMap(({ late }) => late ?? [])),
    toFact: spread(judged.flatMap(({ fact }) => fact ?? [])),
    toVerdict: spread(judged.flatMap(({ verdict }) => verdict ?? [])),
    calls: Object.fromEntries([...counts.calls].map(([name, count]) => [name, each(count)])),
    invocations: each(counts.invocations),
    transitions: each(moves),
    buckets: counts.buckets(),
  };
}

/** The transitions of what ECS's events started beside: whether a failed deployment has to be rolled back. */
async function transitionsBack(world: ScaleWorld): Promise<number> {
  let sum = 0;
  for (const arn of await executionsOf(world, world.running.system.rollbackMachine.arn))
    sum += transitionsIn(await historyOf(world, arn));
  return sum;
}

const spread = (values: number[]): Spread => ({
  median: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  longest: quantile(values, 1),
});

/** What ECS says of deployments from now on, by service; its tasks' events are by far too many to be kept. */
function hear({ running: { cloud, clock } }: ScaleWorld): Map<string, Heard[]> {
  const heard = new Map<string, Heard[]>();
  cloud.listeners.push((event) => {
    const service = event.resources[0]?.split('/').at(-1);
    if (event['detail-type'] !== 'ECS Deployment State Change' || service === undefined) return;
    heard.set(service, [...(heard.get(service) ?? []), { at: clock.now(), event }]);
  });
  return heard;
}

const started = z.object({ executionArn: z.string() });

/** Starts all executions and waits until each has ended; answers their ARNs by service. */
async function release({ running, build, places }: ScaleWorld): Promise<Map<string, string>> {
  const { system, clock, cloud } = running;
  let going = 0;
  cloud.listeners.push(({ source, detail }) => {
    // Nobody reads what the functions of so many releases wrote.
    running.log.length = 0;
    if (source === 'aws.states' && detail.stateMachineArn === system.machine.arn && detail.status !== 'RUNNING')
      going -= 1;
  });
  const arns = new Map<string, string>();
  for (const { name, target, image } of places) {
    const input = JSON.stringify({ target, images: [{ name: 'app', imageUri: image }] });
    const wish = { stateMachineArn: system.machine.arn, input };
    going += 1;
    arns.set(name, started.parse(await build('states', 'StartExecution', wish)).executionArn);
  }
  await clock.until(() => going === 0);
  return arns;
}

interface Judged {
  right: boolean;
  said: string;
  queued?: number;
  fact?: number;
  verdict?: number;
  late?: number;
  transitions: number;
}

async function judge(
  world: ScaleWorld,
  { name, truth }: Place,
  { start, heard, arn }: { start: number; heard: Map<string, Heard[]>; arn: string },
): Promise<Judged> {
  const events = await historyOf(world, arn);
  const verdict = verdictIn(events);
  const rule = truth === 'success' ? 'completed' : 'failed';
  const [began] = heard.get(name) ?? [];
  const fact = visibleAt(heard.get(name) ?? [], { service: name, since: start, fact: rule });
  const { says = 'nothing', reason = '' } = verdict ?? {};
  return {
    right: says === truth,
    said: `${name}: ${says} ${reason}`,
    transitions: transitionsIn(events),
    ...(began === undefined ? {} : { queued: (began.at - start) / 1000 }),
    ...(fact === undefined ? {} : { fact: (fact - start) / 1000 }),
    ...(verdict === undefined ? {} : { verdict: (verdict.verdictAt - start) / 1000 }),
    ...(fact === undefined || verdict === undefined ? {} : { late: (verdict.verdictAt - fact) / 1000 }),
  };
}
