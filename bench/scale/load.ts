import { z } from 'zod';
import { countTransitions, findVerdict, listExecutionArns, readHistory } from '../execution.ts';
import { findFactTime, type RecordedEvent } from '../fact-time.ts';
import { quantile } from '../median.ts';
import type { ScaleLoad } from './config.ts';
import { type BucketUse, throttleAndCount } from './count.ts';
import { createScaleEnvironment, type ScaleEnvironment, type ScaleService } from './environment.ts';

/** Of some numbers. */
export interface Distribution {
  median: number;
  p95: number;
  longest: number;
}

/** What a load came to. `calls`, `invocations` and `transitions` are of one deployment in the mean; times are in seconds. */
export interface LoadResult extends ScaleLoad {
  right: number;
  wrong: number;
  /** What the first few said that were wrong. */
  mistakes: string[];
  /** From the start until ECS began with it: leases, throttles and their retries are behind it then. */
  queued: Distribution;
  /** From the fact being visible to the verdict, and from the start to both. */
  late: Distribution;
  toFact: Distribution;
  toVerdict: Distribution;
  calls: Record<string, number>;
  invocations: number;
  transitions: number;
  buckets: BucketUse[];
}

/** Starts so many releases in the same moment, each of a service of its own, under ECS's throttles, and waits for all of them. */
export async function runLoad(wish: ScaleLoad): Promise<LoadResult> {
  const world = await createScaleEnvironment(wish);
  const { clock } = world.running;
  const heard = recordDeploymentEvents(world);
  const counts = throttleAndCount(world.running);
  const start = clock.now();
  const ended = await runReleases(world);
  const judged: ReleaseResult[] = [];
  for (const place of world.places)
    judged.push(await assessRelease(world, place, { start, heard, arn: ended.get(place.name) ?? '' }));
  const moves = judged.reduce((sum, { transitions }) => sum + transitions, await countRollbackTransitions(world));
  await world.running.stop();
  const each = (sum: number) => sum / wish.deployments;
  return {
    ...wish,
    right: judged.filter(({ right }) => right).length,
    wrong: judged.filter(({ right }) => !right).length,
    mistakes: judged.flatMap(({ right, said }) => (right ? [] : [said])).slice(0, 3),
    queued: summarize(judged.flatMap(({ queued }) => queued ?? [])),
    late: summarize(judged.flatMap(({ late }) => late ?? [])),
    toFact: summarize(judged.flatMap(({ fact }) => fact ?? [])),
    toVerdict: summarize(judged.flatMap(({ verdict }) => verdict ?? [])),
    calls: Object.fromEntries([...counts.calls].map(([name, count]) => [name, each(count)])),
    invocations: each(counts.invocations),
    transitions: each(moves),
    buckets: counts.buckets(),
  };
}

/** The transitions of what ECS's events started beside: whether a failed deployment has to be rolled back. */
async function countRollbackTransitions(world: ScaleEnvironment): Promise<number> {
  let sum = 0;
  for (const arn of await listExecutionArns(world, world.running.system.rollbackMachine.arn))
    sum += countTransitions(await readHistory(world, arn));
  return sum;
}

const summarize = (values: number[]): Distribution => ({
  median: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  longest: quantile(values, 1),
});

/** What ECS says of deployments from now on, by service; its tasks' events are by far too many to be kept. */
function recordDeploymentEvents({ running: { cloud, clock } }: ScaleEnvironment): Map<string, RecordedEvent[]> {
  const heard = new Map<string, RecordedEvent[]>();
  cloud.eventListeners.push((event) => {
    const service = event.resources[0]?.split('/').at(-1);
    if (event['detail-type'] !== 'ECS Deployment State Change' || service === undefined) return;
    heard.set(service, [...(heard.get(service) ?? []), { at: clock.now(), event }]);
  });
  return heard;
}

const startResultSchema = z.object({ executionArn: z.string() });

/** Starts all executions and waits until each has ended; answers their ARNs by service. */
async function runReleases({ running, build, places }: ScaleEnvironment): Promise<Map<string, string>> {
  const { system, clock, cloud } = running;
  let going = 0;
  cloud.eventListeners.push(({ source, detail }) => {
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
    arns.set(name, startResultSchema.parse(await build('states', 'StartExecution', wish)).executionArn);
  }
  await clock.advanceUntil(() => going === 0);
  return arns;
}

interface ReleaseResult {
  right: boolean;
  said: string;
  queued?: number;
  fact?: number;
  verdict?: number;
  late?: number;
  transitions: number;
}

async function assessRelease(
  world: ScaleEnvironment,
  { name, truth }: ScaleService,
  { start, heard, arn }: { start: number; heard: Map<string, RecordedEvent[]>; arn: string },
): Promise<ReleaseResult> {
  const events = await readHistory(world, arn);
  const verdict = findVerdict(events);
  const rule = truth === 'success' ? 'completed' : 'failed';
  const [began] = heard.get(name) ?? [];
  const fact = findFactTime(heard.get(name) ?? [], { service: name, since: start, fact: rule });
  const { says = 'nothing', reason = '' } = verdict ?? {};
  return {
    right: says === truth,
    said: `${name}: ${says} ${reason}`,
    transitions: countTransitions(events),
    ...(began === undefined ? {} : { queued: (began.at - start) / 1000 }),
    ...(fact === undefined ? {} : { fact: (fact - start) / 1000 }),
    ...(verdict === undefined ? {} : { verdict: (verdict.verdictAt - start) / 1000 }),
    ...(fact === undefined || verdict === undefined ? {} : { late: (verdict.verdictAt - fact) / 1000 }),
  };
}
