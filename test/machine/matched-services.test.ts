import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { validateConfig } from '../../core/config/check.ts';
import { createCloudReader } from '../../demo/cloud-reader.ts';
import { createSystemFactory, type InProcessSystem } from '../../local/run/in-process-system.ts';

const build = '111111111111';
const test = '222222222222';
const place = { account: test, region: 'eu-west-1', cluster: 'shop' };
const named = { name: 'shop-web', containers: ['app'], executionRole: 'shop-execution', taskRoles: ['shop-task'] };
const config = validateConfig({
  name: 'gantry',
  build: { account: build, region: 'eu-west-1' },
  repositories: ['shop/*'],
  targets: [
    {
      name: 'test',
      ...place,
      allowedPipelines: ['team'],
      viewers: ['arn:aws:iam::111111111111:root'],
      services: [named],
      match: { services: 'shop-*', passRoles: ['shop-*'] },
    },
  ],
});
const repositoryName = 'shop/app';
const executionSchema = z.object({ status: z.string(), output: z.string().optional(), cause: z.string().optional() });
const listSchema = z.object({ executions: z.array(z.object({ executionArn: z.string() })) });

let system: InProcessSystem;
beforeAll(async () => {
  system = await (await createSystemFactory(config, { withExistingResources: true }))('matched');
  for (const tag of ['1', '2', '3']) await putImage(tag);
});

async function putImage(imageTag: string): Promise<void> {
  const digest = `sha256:${'0'.repeat(64)}`;
  const media = 'application/vnd.oci.image';
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${media}.manifest.v1+json`,
    config: { mediaType: `${media}.config.v1+json`, digest, size: 2 },
    layers: [],
    annotations: { tag: imageTag },
  });
  await system.admin(build)('ecr', 'PutImage', { repositoryName, imageManifest, imageTag });
}

const imageOf = (tag: string) => [
  { name: 'app', imageUri: `${build}.dkr.ecr.eu-west-1.amazonaws.com/${repositoryName}:${tag}` },
];

/** Lets time pass until the execution has ended. */
async function end(executionArn: string) {
  const read = async () =>
    executionSchema.parse(await system.admin(build)('states', 'DescribeExecution', { executionArn }));
  await system.clock.advanceUntil(async () => (await read()).status !== 'RUNNING');
  const { output, ...execution } = await read();
  return { ...execution, output: JSON.parse(output ?? 'null') };
}

async function start(machine: { arn: string }, input: object) {
  const made = await system.admin(build)('states', 'StartExecution', {
    stateMachineArn: machine.arn,
    input: JSON.stringify(input),
  });
  return end(z.object({ executionArn: z.string() }).parse(made).executionArn);
}

const rollbacks = async (): Promise<string[]> =>
  listSchema
    .parse(
      await system.admin(build)('states', 'ListExecutions', { stateMachineArn: system.system.rollbackMachine.arn }),
    )
    .executions.map(({ executionArn }) => executionArn);

const revisionOf = async (name: string): Promise<string> => {
  const found = system.services.find(({ service }) => service.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return (await createCloudReader(system).service(found.target, found.service)).taskDefinition;
};

/** Creates an alarm and sets it to ALARM; returns the decisions of the rollbacks that it starts. */
async function fireAlarm(AlarmName: string) {
  const known = await rollbacks();
  const there = system.admin(test);
  const watched = { Namespace: 'App', MetricName: 'Errors', Period: 60, Statistic: 'Sum', EvaluationPeriods: 1 };
  await there('monitoring', 'PutMetricAlarm', {
    AlarmName,
    ...watched,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
  });
  await there('monitoring', 'SetAlarmState', { AlarmName, StateValue: 'ALARM', StateReason: 'too many' });
  await system.clock.advanceUntil(async () => (await rollbacks()).length > known.length);
  const started = (await rollbacks()).filter((arn) => !known.includes(arn));
  return Promise.all(started.map(end));
}

describe('a service that only a pattern allows', () => {
  it('is deployed by its name, and refused under a name that nothing matches', async () => {
    const { machine } = system.system;
    const before = await revisionOf('shop-api');
    expect(await start(machine, { target: 'test/shop-api', images: imageOf('1') })).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await revisionOf('shop-api')).not.toBe(before);
    const refused = await start(machine, { target: 'test/pay-api', images: imageOf('1') });
    expect(refused.status).toBe('FAILED');
    expect(refused.cause).toContain('test/shop-web, test/shop-*');
  });

  it('is rolled back if an alarm goes off that its own deployment configuration names, and not by another alarm', async () => {
    const alarms = { alarmNames: ['api-errors'], enable: true, rollback: false };
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true }, alarms };
    await system.admin(test)('ecs', 'UpdateService', { cluster: 'shop', service: 'shop-api', deploymentConfiguration });
    await start(system.system.machine, { target: 'test/shop-api', images: imageOf('2') });
    const good = await revisionOf('shop-api');
    await start(system.system.machine, { target: 'test/shop-api', images: imageOf('3') });
    const bad = await revisionOf('shop-api');
    expect(bad).not.toBe(good);
    const [ignored] = await fireAlarm('unrelated');
    expect(ignored?.output.decision).toMatchObject({ do: 'nothing' });
    expect(await revisionOf('shop-api')).toBe(bad);
    const [done] = await fireAlarm('api-errors');
    expect(done?.output.decision).toMatchObject({ do: 'revision' });
    expect(done?.output.report.message).toContain('test/shop-api');
    expect(await revisionOf('shop-api')).toBe(good);
  });

  it('is rolled back on request, to the revision before', async () => {
    const before = await revisionOf('shop-api');
    const done = await start(system.system.rollbackMachine, { target: 'test/shop-api' });
    expect(done.status).toBe('SUCCEEDED');
    expect(await revisionOf('shop-api')).not.toBe(before);
  });

  it('is in the status of all services, each once, and has a history', async () => {
    const keys = system.administrators.get(build);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: system.cloud.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: keys?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
    });
    vi.resetModules();
    const { main } = await import('../../cli/main.ts');
    const run = async (...argv: string[]) => {
      let text = '';
      const context = {
        program: 'gantry',
        loadConfig: () => ({ config, configFile: 'gantry.config.ts' }),
        now: () => new Date(system.clock.now()),
        sleep: async () => undefined,
        uuid: system.cloud.uuid,
        interrupted: new AbortController().signal,
        out: (given: string) => (text += given),
        err: (given: string) => (text += given),
      };
      await main(argv, context as never);
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    const status = await run('status', '--json');
    expect(status.map(({ target, problem }) => [target, problem])).toEqual([
      ['test/shop-web', undefined],
      ['test/shop-api', undefined],
    ]);
    const history = await run('history', 'test/shop-api', '--json');
    expect(history.filter(({ type }) => type === 'entry').length).toBeGreaterThanOrEqual(4);
  });

  it('has a row on the delivery board, which lists the services of a pattern from time to time', async () => {
    process.env.TABLE = system.system.table.name;
    const { createCollector } = await import('../../board/collect/collector.ts');
    const collector = createCollector(config, 'production', () => new Date(system.clock.now()));
    for (let ticks = 0; ticks < 6; ticks += 1) await collector.tick();
    const { rows, problems } = collector.data();
    expect(problems).toEqual([]);
    expect(rows.map(({ id }) => id)).toEqual(['shop-web', 'shop-api']);
    expect(rows[1]?.cells.test?.running.value).toMatchObject({ revision: expect.stringMatching(/^shop-api:\d+$/) });
  });
});
