import { z } from 'zod';
import { countTransitions, findVerdict, listExecutionArns, readHistory } from '../execution.ts';
import { findFactTime, type RecordedEvent } from '../fact-time.ts';
import { quantile } from '../median.ts';
import type { ScaleLoad } from './config.ts';
import { type BucketUse, throttleAndCount } from './count.ts';
import { createScaleEnvironment, type ScaleEnvironment, type ScaleService } from './environment.ts';

/** The distribution of some numbers. */
export interface Distribution {
  median: number;
  p95: number;
  longest: number;
}

/** The result of a load. `calls`, `invocations` and `transitions` are means for one deployment; times are in seconds. */
export interface LoadResult extends ScaleLoad {
  right: number;
  wrong: number;
  /** The first few wrong verdicts. */
  mistakes: string[];
  /** From the start until ECS started the deployment. This includes leases, throttles and their retries. */
  queued: Distribution;
  /** Seconds from the time when the fact became visible in ECS to the verdict. Also from the start to the fact, and from the start to the verdict. */
  late: Distribution;
  toFact: Distribution;
  toVerdict: Distribution;
  calls: Record<string, number>;
  invocations: number;
  transitions: number;
  buckets: BucketUse[];
}

/** Starts all releases of a load at the same moment, each on its own service, under ECS's throttles, and waits for all of them. */
export async function runLoad(load: ScaleLoad): Promise<LoadResult> {
  const environment = await createScaleEnvironment(load);
  const { clock } = environment.running;
  const eventsByService = recordDeploymentEvents(environment);
  const counts = throttleAndCount(environment.running);
  const start = clock.now();
  const executions = await runReleases(environment);
  const results: ReleaseResult[] = [];
  for (const service of environment.services)
    results.push(
      await assessRelease(environment, service, { start, eventsByService, arn: executions.get(service.name) ?? '' }),
    );
  const transitions = results.reduce(
    (sum, result) => sum + result.transitions,
    await countRollbackTransitions(environment),
  );
  await environment.running.stop();
  const perDeployment = (sum: number) => sum / load.deployments;
  return {
    ...load,
    right: results.filter(({ right }) => right).length,
    wrong: results.filter(({ right }) => !right).length,
    mistakes: results.flatMap(({ right, description }) => (right ? [] : [description])).slice(0, 3),
    queued: summarize(results.flatMap(({ queued }) => queued ?? [])),
    late: summarize(results.flatMap(({ late }) => late ?? [])),
    toFact: summarize(results.flatMap(({ fact }) => fact ?? [])),
    toVerdict: summarize(results.flatMap(({ verdict }) => verdict ?? [])),
    calls: Object.fromEntries([...counts.calls].map(([name, count]) => [name, perDeployment(count)])),
    invocations: perDeployment(counts.invocations),
    transitions: perDeployment(transitions),
    buckets: counts.buckets(),
  };
}

/** Counts the transitions of rollback executions, which ECS's events start to decide whether a failed deployment must be rolled back. */
async function countRollbackTransitions(environment: ScaleEnvironment): Promise<number> {
  let sum = 0;
  for (const arn of await listExecutionArns(environment, environment.running.system.rollbackMachine.arn))
    sum += countTransitions(await readHistory(environment, arn));
  return sum;
}

const summarize = (values: number[]): Distribution => ({
  median: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  longest: quantile(values, 1),
});

/** Records ECS's deployment events from now on, by service. There are far too many task events to keep. */
function recordDeploymentEvents({ running: { cloud, clock } }: ScaleEnvironment): Map<string, RecordedEvent[]> {
  const eventsByService = new Map<string, RecordedEvent[]>();
  cloud.eventListeners.push((event) => {
    const service = event.resources[0]?.split('/').at(-1);
    if (event['detail-type'] !== 'ECS Deployment State Change' || service === undefined) return;
    eventsByService.set(service, [...(eventsByService.get(service) ?? []), { at: clock.now(), event }]);
  });
  return eventsByService;
}

const startResultSchema = z.object({ executionArn: z.string() });

/** Starts all executions and waits until each has ended; returns their ARNs by service. */
async function runReleases({ running, build, services }: ScaleEnvironment): Promise<Map<string, string>> {
  const { system, clock, cloud } = running;
  let runningCount = 0;
  cloud.eventListeners.push(({ source, detail }) => {
    // Empties the log to save memory, because nobody reads the log of this many releases.
    running.log.length = 0;
    if (source === 'aws.states' && detail.stateMachineArn === system.machine.arn && detail.status !== 'RUNNING')
      runningCount -= 1;
  });
  const arns = new Map<string, string>();
  for (const { name, target, image } of services) {
    const input = JSON.stringify({ target, images: [{ name: 'app', imageUri: image }] });
    const request = { stateMachineArn: system.machine.arn, input };
    runningCount += 1;
    arns.set(name, startResultSchema.parse(await build('states', 'StartExecution', request)).executionArn);
  }
  await clock.advanceUntil(() => runningCount === 0);
  return arns;
}

interface ReleaseResult {
  right: boolean;
  description: string;
  queued?: number;
  fact?: number;
  verdict?: number;
  late?: number;
  transitions: number;
}

async function assessRelease(
  environment: ScaleEnvironment,
  { name, truth }: ScaleService,
  { start, eventsByService, arn }: { start: number; eventsByService: Map<string, RecordedEvent[]>; arn: string },
): Promise<ReleaseResult> {
  const history = await readHistory(environment, arn);
  const found = findVerdict(history);
  const deploymentEvents = eventsByService.get(name) ?? [];
  const rule = truth === 'success' ? 'completed' : 'failed';
  const [first] = deploymentEvents;
  const fact = findFactTime(deploymentEvents, { service: name, since: start, fact: rule });
  const { verdict = 'nothing', reason = '' } = found ?? {};
  return {
    right: verdict === truth,
    description: `${name}: ${verdict} ${reason}`,
    transitions: countTransitions(history),
    ...(first === undefined ? {} : { queued: (first.at - start) / 1000 }),
    ...(fact === undefined ? {} : { fact: (fact - start) / 1000 }),
    ...(found === undefined ? {} : { verdict: (found.verdictAt - start) / 1000 }),
    ...(fact === undefined || found === undefined ? {} : { late: (found.verdictAt - fact) / 1000 }),
  };
}
