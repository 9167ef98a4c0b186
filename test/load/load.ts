import { defineConfig } from '../../core/config.ts';
import { ecsBuckets, ecsThrottle, type Use } from '../../local/faults/buckets.ts';
import { misbehave } from '../../local/faults.ts';
import { type Stage, stages } from '../chaos/player.ts';
import { createRoles, definitionOf } from '../chaos/world.ts';

/** What a load came to. */
export interface Loaded {
  deployments: number;
  /** How executions ended, and how many each way. */
  endings: Record<string, number>;
  /** The first few reports of those that failed. */
  failures: string[];
  callsPerDeployment: Record<string, number>;
  /** Seconds from the start to the update of the service, and to the end: median and longest. */
  queued: { median: number; longest: number };
  took: { median: number; longest: number };
  /** Of the busiest account, bucket by bucket, beside what ECS allows. */
  buckets: (Use & { name: string; burst: number; sustained: number })[];
}

const accountOf = (index: number): string => String(200_000_000_000 + index);

/** Ten accounts of a tenth of the services each. */
const configFor = (deployments: number, accounts: number) => {
  const each = Math.ceil(deployments / accounts);
  const service = (index: number) => ({
    name: `s${index}`,
    containers: ['app', 'proxy'],
    executionRole: 'web-execution',
    taskRoles: ['web-task'],
  });
  return defineConfig({
    app: 'load',
    build: { account: '111111111111', region: 'eu-west-1' },
    source: { type: 's3', bucket: 'sources', key: 'load.zip' },
    targets: Array.from({ length: accounts }, (_, index) => ({
      name: `t${index}`,
      account: accountOf(index),
      region: 'eu-west-1',
      cluster: 'load',
      // Nothing that goes wrong is to be noticed here, and a pattern with so many services would be too long for EventBridge.
      events: 'none' as const,
      services: Array.from({ length: each }, (_, at) => ({ ...service(at), fileName: `${at}.json` })),
    })),
  });
};

type LoadConfig = ReturnType<typeof configFor>;

async function createServices(stage: Stage, { targets }: LoadConfig): Promise<void> {
  for (const { account, cluster, services } of targets) {
    const admin = stage.admin(account);
    createRoles(stage, account, 'web');
    await admin('ecs', 'CreateCluster', { clusterName: cluster });
    for (const { name } of services) {
      const roles = {
        executionRoleArn: `arn:aws:iam::${account}:role/web-execution`,
        taskRoleArn: `arn:aws:iam::${account}:role/web-task`,
      };
      await admin('ecs', 'RegisterTaskDefinition', { ...definitionOf(name, account, false), ...roles });
      const service = { cluster, serviceName: name, launchType: 'FARGATE', desiredCount: 1, taskDefinition: name };
      await admin('ecs', 'CreateService', service);
    }
  }
}

const image = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 },
  layers: [],
  annotations: { 'local.gantry.behavior': '{}' },
});

const middle = (times: number[]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
};

/** Starts so many deployments in the same moment, each of a service of its own, under ECS's throttles, and waits for all. */
export async function load(deployments: number, accounts = 10): Promise<Loaded> {
  const config = configFor(deployments, accounts);
  const stage = await (await stages(config))('load');
  const { clock, cloud, system, admin } = stage;
  const build = admin(config.build.account);
  await createServices(stage, config);
  const { repository } = system;
  await build('ecr', 'PutImage', { repositoryName: repository.name, imageManifest: image, imageTag: 'new' });
  const made = clock.now();
  await clock.until(() => clock.now() > made + 180_000);
  const throttle = ecsThrottle(clock);
  const calls: Record<string, number> = {};
  const updated: number[] = [];
  const start = clock.now();
  misbehave(cloud, {
    schedule: [],
    allows: throttle.allows,
    watch: async ({ service, operation }, by, effect) => {
      const answer = await effect();
      if (by === undefined || by.name.endsWith('take-job')) return answer;
      calls[`${service} ${operation}`] = (calls[`${service} ${operation}`] ?? 0) + 1;
      if (operation === 'UpdateService') updated.push((clock.now() - start) / 1000);
      return answer;
    },
  });
  const targets = config.targets
    .flatMap(({ name, services }) => services.map((each) => `${name}/${each.name}`))
    .slice(0, deployments);
  const images = [{ name: 'app', imageUri: `${repository.uri}:new` }];
  for (const target of targets)
    await build('states', 'StartExecution', {
      stateMachineArn: system.machine.arn,
      input: JSON.stringify({ target, images }),
    });
  const list = async (statusFilter: string) => {
    const asked = { stateMachineArn: system.machine.arn, statusFilter, maxResults: 1000 };
    const found: Ended[] = [];
    for (let nextToken: string | undefined; ; ) {
      const page = (await build('states', 'ListExecutions', { ...asked, ...(nextToken && { nextToken }) })) as {
        executions: Ended[];
        nextToken?: string;
      };
      found.push(...page.executions);
      nextToken = page.nextToken;
      if (nextToken === undefined) return found;
    }
  };
  let looked = start;
  await clock.until(async () => {
    if (clock.now() < looked + 10_000) return false;
    looked = clock.now();
    return (await list('RUNNING')).length === 0;
  });
  const [succeeded, failed] = [await list('SUCCEEDED'), await list('FAILED')];
  const causes = await Promise.all(
    failed
      .slice(0, 3)
      .map(async ({ executionArn }) =>
        String(((await build('states', 'DescribeExecution', { executionArn })) as { cause: string }).cause),
      ),
  );
  await stage.stop();
  return {
    deployments,
    endings: { SUCCEEDED: succeeded.length, FAILED: failed.length },
    failures: causes,
    callsPerDeployment: Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count / deployments])),
    queued: middle(updated),
    took: middle([...succeeded, ...failed].map(({ stopDate }) => (Number(stopDate) - start) / 1000)),
    buckets: busiest(throttle.uses()),
  };
}

interface Ended {
  executionArn: string;
  stopDate: Date;
}

const busiest = (uses: Map<string, Use>): Loaded['buckets'] =>
  ecsBuckets.flatMap(({ name, burst, sustained }) => {
    const own = [...uses].filter(([key]) => key.endsWith(` ${name}`)).map(([, use]) => use);
    if (own.length === 0) return [];
    const most = (what: keyof Use) => Math.max(...own.map((use) => use[what]));
    return [{ name, burst, sustained, allowed: most('allowed'), refused: most('refused'), peak: most('peak') }];
  });

/** A load for a person to read. */
export const told = ({ deployments, endings, failures, callsPerDeployment, queued, took, buckets }: Loaded): string =>
  [
    `${deployments} deployments at once: ${Object.entries(endings)
      .map(([status, count]) => `${count} ${status}`)
      .join(', ')}`,
    ...failures.map((failure) => `  ${failure}`),
    `in queue until the service was updated: median ${queued.median.toFixed(0)} s, longest ${queued.longest.toFixed(0)} s`,
    `until stable and reported: median ${took.median.toFixed(0)} s, longest ${took.longest.toFixed(0)} s`,
    'calls per deployment:',
    ...Object.entries(callsPerDeployment).map(([name, count]) => `  ${name.padEnd(40)} ${count.toFixed(2)}`),
    'ECS buckets of the busiest account (allowed, refused, peak in a second; burst and sustained limit):',
    ...buckets.map(
      ({ name, allowed, refused, peak, burst, sustained }) =>
        `  ${name.padEnd(28)} ${String(allowed).padStart(6)} ${String(refused).padStart(6)} ${String(peak).padStart(5)}/s; ${burst}, ${sustained}/s`,
    ),
  ].join('\n');
