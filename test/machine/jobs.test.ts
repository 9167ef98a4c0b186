import { beforeAll, describe, expect, it } from 'vitest';
import config from '../../infra/config.ts';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
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

async function look(environment: ReleaseSystem): Promise<Pipeline> {
  const { machine } = environment.system;
  const { pipeline } = getFirstPipeline(environment.system);
  const { actionExecutionDetails: actions } = (await environment.build('codepipeline', 'ListActionExecutions', {
    pipelineName: pipeline.name,
  })) as { actionExecutionDetails: Action[] };
  const { executions } = (await environment.build('states', 'ListExecutions', { stateMachineArn: machine.arn })) as {
    executions: { executionArn: string }[];
  };
  return { actions, executions: executions.map(({ executionArn }) => executionArn) };
}

const begin = async (environment: ReleaseSystem): Promise<string> => {
  const started = await environment.build('codepipeline', 'StartPipelineExecution', {
    name: getFirstPipeline(environment.system).pipeline.name,
  });
  return (started as { pipelineExecutionId: string }).pipelineExecutionId;
};

const untilRunning = (environment: ReleaseSystem) =>
  environment.waitUntil(
    () => look(environment),
    ({ executions }) => executions.length > 0,
  );
const untilOver = (environment: ReleaseSystem) => environment.waitUntil(() => look(environment), over);

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

/** Plays a healthy release by a job, with all its consequences. */
async function playHealthyRelease() {
  const environment = await startReleaseSystem(config, { threads: true });
  const events: EventBridgeEvent[] = [];
  environment.cloud.eventListeners.push((event) => void events.push(event));
  const secrets = secretsOf(environment);
  await begin(environment);
  return { environment, events, secrets, found: await untilOver(environment) };
}

/*
 * An environment for each function, as in Lambda, takes several times as much CPU time as all functions in this process. So only two releases run in threads:
 * this release, which several tests read, and the release that somebody stops.
 */
let healthy: Awaited<ReturnType<typeof playHealthyRelease>>;
beforeAll(async () => {
  healthy = await playHealthyRelease();
}, 300_000);

describe('a job of the pipeline', () => {
  it('is taken when its event arrives, reported once, and linked to the execution', () => {
    const { environment, found } = healthy;
    expect(deployed(found)?.status).toBe('Succeeded');
    expect(deployed(found)?.output.executionResult.externalExecutionId).toBe(found.executions[0]);
    const reported = environment.cloud.authorizations.filter(({ operation }) => /^PutJob.*Result$/.test(operation));
    expect(reported).toHaveLength(1);
  });

  it('is taken by the schedule if the event is lost', async () => {
    const environment = await startReleaseSystem(config);
    const rule = environment.system.rules.find(({ target }) => target.id === 'take-job')!;
    const disabled = { Name: rule.name, EventPattern: JSON.stringify(rule.pattern), State: 'DISABLED' };
    await environment.build('events', 'PutRule', disabled);
    await begin(environment);
    expect(deployed(await untilOver(environment))?.status).toBe('Succeeded');
  });

  it('causes one deployment even if its event arrives three times', async () => {
    const environment = await startReleaseSystem(config);
    const again = (event: EventBridgeEvent): void => {
      const { state, type } = event.detail as { state?: string; type?: { owner?: string } };
      if (state !== 'STARTED' || type?.owner !== 'Custom' || event.id.startsWith('again')) return;
      for (const id of ['again-1', 'again-2'])
        for (const listen of environment.cloud.eventListeners) listen({ ...event, id });
    };
    environment.cloud.eventListeners.push(again);
    await begin(environment);
    const found = await untilOver(environment);
    expect(found.executions).toHaveLength(1);
    expect(
      environment.cloud.authorizations.filter(
        ({ action, account }) => action === 'ecs:UpdateService' && account === '222222222222',
      ),
    ).toHaveLength(1);
  });

  it('that CodePipeline has abandoned causes no error: the deployment ends without a report', async () => {
    const environment = await startReleaseSystem(config);
    const pipelineExecutionId = await begin(environment);
    const { executions } = await untilRunning(environment);
    const pipelineName = getFirstPipeline(environment.system).pipeline.name;
    await environment.build('codepipeline', 'StopPipelineExecution', {
      pipelineName,
      pipelineExecutionId,
      abandon: true,
    });
    const done = await environment.end(executions[0]!);
    expect(done.status).toBe('SUCCEEDED');
    expect(deployed(await look(environment))?.status).toBe('Abandoned');
  });

  it('is reported if somebody stops its execution', async () => {
    const environment = await startReleaseSystem(config, { threads: true });
    await begin(environment);
    const { executions } = await untilRunning(environment);
    await environment.build('states', 'StopExecution', { executionArn: executions[0]!, cause: 'the wrong release' });
    const found = await untilOver(environment);
    expect(deployed(found)?.status).toBe('Failed');
    expect(deployed(found)?.output.executionResult.errorDetails?.message).toMatch(/stopped|aborted/i);
  });

  it('fails with every error of its configuration at once, before anything changes', async () => {
    const environment = await startReleaseSystem(config);
    const { pipeline } = getFirstPipeline(environment.system);
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
    await environment.build('codepipeline', 'UpdatePipeline', { pipeline: { ...pipeline, stages } });
    const before = await environment.service();
    await begin(environment);
    const { errorDetails } = deployed(await untilOver(environment))!.output.executionResult;
    expect(errorDetails?.code).toBe('ConfigurationError');
    expect(errorDetails?.message).toMatch(/DeploymentTimeout[\s\S]*RollBackOnFailure/);
    expect(await environment.service()).toEqual(before);
  });
});

async function logLines(environment: ReleaseSystem): Promise<{ group: string; message: string }[]> {
  const { logGroups } = (await environment.build('logs', 'DescribeLogGroups', {})) as {
    logGroups: { logGroupName: string }[];
  };
  const lines = logGroups.map(async ({ logGroupName: group }) => {
    const found = await environment.build('logs', 'FilterLogEvents', { logGroupName: group });
    return (found as { events: { message: string }[] }).events.map(({ message }) => ({ group, message }));
  });
  return (await Promise.all(lines)).flat();
}

describe('everything that is stored', () => {
  it('contains no key, secret or token: neither executions, nor logs, nor events', async () => {
    const { environment, events, secrets } = healthy;
    const { executions } = healthy.found;
    const history = { executionArn: executions[0]!, maxResults: 1000 };
    const written = JSON.stringify([
      await describeExecution(environment, executions[0]!),
      await environment.build('states', 'GetExecutionHistory', history),
      await logLines(environment),
      events,
    ]);
    expect(secrets.size).toBeGreaterThan(10);
    expect([...secrets].filter((secret) => written.includes(secret))).toEqual([]);
  });

  it('names the execution, the service and the job in every log line of a state', async () => {
    const { environment } = healthy;
    const { executions } = healthy.found;
    const states = (await logLines(environment)).filter(
      ({ group, message }) =>
        group.startsWith('/aws/lambda/') &&
        !/(take-job|wake|announce-end|report-dead-execution)$/.test(group) &&
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
