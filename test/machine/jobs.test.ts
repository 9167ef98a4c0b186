import { describe, expect, it } from 'vitest';
import config from '../../gantry.config.ts';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { describeExecution, type ReleaseSystem, startReleaseSystem } from './release-system.ts';

interface Action {
  stageName: string;
  actionName: string;
  status: string;
  output: { executionResult: { externalExecutionId?: string; errorDetails?: { code: string; message: string } } };
}

interface Pipeline {
  actions: Action[];
  executions: string[];
}

const deployed = ({ actions }: Pipeline): Action | undefined =>
  actions.find(({ stageName }) => stageName === 'Deploy-test');
const over = (found: Pipeline): boolean => !['InProgress', undefined].includes(deployed(found)?.status);

async function look(world: ReleaseSystem): Promise<Pipeline> {
  const { pipeline, machine } = world.system;
  const { actionExecutionDetails: actions } = (await world.build('codepipeline', 'ListActionExecutions', {
    pipelineName: pipeline.name,
  })) as { actionExecutionDetails: Action[] };
  const { executions } = (await world.build('states', 'ListExecutions', { stateMachineArn: machine.arn })) as {
    executions: { executionArn: string }[];
  };
  return { actions, executions: executions.map(({ executionArn }) => executionArn) };
}

const begin = async (world: ReleaseSystem): Promise<string> => {
  const started = await world.build('codepipeline', 'StartPipelineExecution', { name: world.system.pipeline.name });
  return (started as { pipelineExecutionId: string }).pipelineExecutionId;
};

const untilRunning = (world: ReleaseSystem) =>
  world.waitUntil(
    () => look(world),
    ({ executions }) => executions.length > 0,
  );
const untilOver = (world: ReleaseSystem) => world.waitUntil(() => look(world), over);

describe('a job of the pipeline', () => {
  it('is taken when its event arrives, reported once, and linked to the execution', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    await begin(world);
    const found = await untilOver(world);
    expect(deployed(found)?.status).toBe('Succeeded');
    expect(deployed(found)?.output.executionResult.externalExecutionId).toBe(found.executions[0]);
    const told = world.cloud.authorizations.filter(({ operation }) => /^PutJob.*Result$/.test(operation));
    expect(told).toHaveLength(1);
  });

  it('is taken by the schedule if the event is lost', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    const rule = world.system.rules.find(({ target }) => target.id === 'take-job')!;
    const disabled = { Name: rule.name, EventPattern: JSON.stringify(rule.pattern), State: 'DISABLED' };
    await world.build('events', 'PutRule', disabled);
    await begin(world);
    expect(deployed(await untilOver(world))?.status).toBe('Succeeded');
  });

  it('causes one deployment even if its event arrives three times', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    const again = (event: EventBridgeEvent): void => {
      const { state, type } = event.detail as { state?: string; type?: { owner?: string } };
      if (state !== 'STARTED' || type?.owner !== 'Custom' || event.id.startsWith('again')) return;
      for (const id of ['again-1', 'again-2'])
        for (const listen of world.cloud.eventListeners) listen({ ...event, id });
    };
    world.cloud.eventListeners.push(again);
    await begin(world);
    const found = await untilOver(world);
    expect(found.executions).toHaveLength(1);
    expect(
      world.cloud.authorizations.filter(
        ({ action, account }) => action === 'ecs:UpdateService' && account === '222222222222',
      ),
    ).toHaveLength(1);
  });

  it('that CodePipeline has abandoned causes no error: the deployment ends without a report', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    const pipelineExecutionId = await begin(world);
    const { executions } = await untilRunning(world);
    const pipelineName = world.system.pipeline.name;
    await world.build('codepipeline', 'StopPipelineExecution', { pipelineName, pipelineExecutionId, abandon: true });
    const done = await world.end(executions[0]!);
    expect(done.status).toBe('SUCCEEDED');
    expect(deployed(await look(world))?.status).toBe('Abandoned');
  });

  it('is reported if somebody stops its execution', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    await begin(world);
    const { executions } = await untilRunning(world);
    await world.build('states', 'StopExecution', { executionArn: executions[0]!, cause: 'the wrong release' });
    const found = await untilOver(world);
    expect(deployed(found)?.status).toBe('Failed');
    expect(deployed(found)?.output.executionResult.errorDetails?.message).toMatch(/stopped|aborted/i);
  });

  it('fails with every error of its configuration at once, before anything changes', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    const { pipeline } = world.system;
    const stages = pipeline.stages.map((stage) => ({
      ...stage,
      actions: stage.actions.map((action) =>
        stage.name === 'Deploy-test'
          ? {
              ...action,
              configuration: { ...action.configuration, DeploymentTimeout: 'soon', RollBackOnFailure: 'maybe' },
            }
          : action,
      ),
    }));
    await world.build('codepipeline', 'UpdatePipeline', { pipeline: { ...pipeline, stages } });
    const before = await world.service();
    await begin(world);
    const { errorDetails } = deployed(await untilOver(world))!.output.executionResult;
    expect(errorDetails?.code).toBe('ConfigurationError');
    expect(errorDetails?.message).toMatch(/DeploymentTimeout[\s\S]*RollBackOnFailure/);
    expect(await world.service()).toEqual(before);
  });
});

/** Collects every key, secret and token that the cloud issues from now on. */
function secretsOf({ cloud }: ReleaseSystem): Set<string> {
  const secrets = new Set<string>();
  const { issueCredentials } = cloud.iam;
  cloud.iam.issueCredentials = (...asked) => {
    const keys = issueCredentials(...asked);
    for (const secret of [keys.accessKeyId, keys.secretAccessKey, keys.sessionToken ?? []].flat()) secrets.add(secret);
    return keys;
  };
  return secrets;
}

async function logLines(world: ReleaseSystem): Promise<{ group: string; message: string }[]> {
  const { logGroups } = (await world.build('logs', 'DescribeLogGroups', {})) as {
    logGroups: { logGroupName: string }[];
  };
  const lines = logGroups.map(async ({ logGroupName: group }) => {
    const found = await world.build('logs', 'FilterLogEvents', { logGroupName: group });
    return (found as { events: { message: string }[] }).events.map(({ message }) => ({ group, message }));
  });
  return (await Promise.all(lines)).flat();
}

describe('everything that is stored', () => {
  it('contains no key, secret or token: neither executions, nor logs, nor events', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    const events: EventBridgeEvent[] = [];
    world.cloud.eventListeners.push((event) => void events.push(event));
    const secrets = secretsOf(world);
    await begin(world);
    const { executions } = await untilOver(world);
    const history = { executionArn: executions[0]!, maxResults: 1000 };
    const written = JSON.stringify([
      await describeExecution(world, executions[0]!),
      await world.build('states', 'GetExecutionHistory', history),
      await logLines(world),
      events,
    ]);
    expect(secrets.size).toBeGreaterThan(10);
    expect([...secrets].filter((secret) => written.includes(secret))).toEqual([]);
  });

  it('names the execution, the service and the job in every log line of a state', async () => {
    const world = await startReleaseSystem(config, { threads: true });
    await begin(world);
    const { executions } = await untilOver(world);
    const states = (await logLines(world)).filter(
      ({ group, message }) =>
        group.startsWith('/aws/lambda/') &&
        !/(take-job|wake|report-dead-execution)$/.test(group) &&
        message.startsWith('{'),
    );
    expect(states.length).toBeGreaterThan(10);
    const keys = states.map(
      ({ message }) => JSON.parse(message) as { execution: string; service: string; job: string },
    );
    expect(new Set(keys.map(({ execution }) => execution))).toEqual(new Set([executions[0]]));
    expect(keys.filter(({ job, service }) => !job || !service)).toEqual([]);
    expect(new Set(keys.map(({ service }) => service))).toContain('web-shop/web');
  });
});
