import { runRelease } from '../../demo/release.ts';
import { createDemoRepository } from '../../demo/repository.ts';
import { createDemoSystem, type DemoSystem } from '../../demo/system.ts';
import example from '../../infra/config.ts';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { useFolderAsSource } from '../../local/run/source.ts';
import { watchApiModel } from '../api-model.ts';
import { deliverJobTwice, releaseByLambda } from './by-lambda.ts';
import {
  type EndedExecution,
  putArtifact,
  runByEntryMachine,
  runManualDeployment,
  runManualRollback,
  waitUntilSteady,
} from './manual.ts';
import { startSystem, type TestSystem } from './system.ts';

/** The outcome of each part of the run, so that a run in which nothing worked proves nothing. */
export interface FullRun {
  system: TestSystem;
  /** The differences between the answers of the embedded AWS and the model of AWS's APIs. */
  modelDifferences: Set<string>;
  endings: Record<string, string>;
}

/** Plays a run that uses every way to start Gantry and every outcome once, in each target. */
export async function playFullRun(): Promise<FullRun> {
  const system = await startSystem();
  const modelDifferences = watchApiModel(system.cloud);
  const repository = await createDemoRepository(system.services);
  useFolderAsSource(system, example, repository.folder);
  const stage = createDemoSystem(system, system.clock, { show: () => undefined, approve: async () => true });
  await stage.untilSteady();
  const good = await runRelease(stage);
  const byLambda = await releaseByLambda(system);
  await repository.breakIt();
  const bad = await runRelease(stage);
  await stage.untilSteady();
  const image = (commit: string) => `${getFirstPipeline(system.system).repository.uri}:${commit.slice(0, 12)}`;
  const images = { good: image(good.commit), bad: image(bad.commit) };
  const endings: Record<string, string> = {
    'a release to test and, approved, to prod': good.pipeline.status,
    'a job by Lambda invoke': byLambda,
    'a release that ECS rolls back': bad.pipeline.status,
    ...(await inTarget(system, 'test/web', images)),
    ...(await inTarget(system, 'prod/web', images)),
    ...(await chosenRevisions(system, images.good)),
    'a job that Lambda delivers twice': await deliverJobTwice(system),
    ...(await refusedArtifacts(system)),
    // EventBridge omits an input longer than 248 KB, so Gantry has to read the dead execution's input from Step Functions.
    'an input too long for an event': (await runManualDeployment(system, { target: 'x'.repeat(250 * 1024) })).status,
    ...(await deadExecution(system, stage)),
  };
  await repository.remove();
  return { system, modelDifferences, endings };
}

/** A redeploy, a failure that only Gantry can roll back, and a release with its own task definition. */
async function inTarget(system: TestSystem, target: string, images: { good: string; bad: string }) {
  const account = example.targets.find(({ name }) => target.startsWith(name))!.account;
  const app = (imageUri: string) => [{ name: 'app', imageUri }];
  const again = await runByEntryMachine(system, 'deploy', target);
  await watchByAlarm(system, account, true);
  const undo = failRollBack(system, 3);
  const failed = await runManualDeployment(system, { target, images: app(images.bad) });
  undo();
  await waitUntilSteady(system);
  await watchByAlarm(system, account, false);
  const artifact = await putArtifact(system, {
    'imagedefinitions.json': app(images.good),
    'taskdef.json': definitionIn(account),
  });
  const byFile = await runManualDeployment(system, { target, artifact, taskDefinition: 'taskdef.json' });
  return {
    [`a redeploy of ${target} by hand`]: again.status,
    [`a release of ${target} that Gantry rolls back`]: failed.status,
    [`a release of ${target} with a task definition file`]: byFile.status,
    [`a rollback of ${target} by hand`]: (await runByEntryMachine(system, 'rollback', target)).status,
  };
}

/** A person deploys a revision that names its image by tag, and rolls back to another revision, which never ran. */
async function chosenRevisions(system: TestSystem, image: string): Promise<Record<string, string>> {
  const { account } = example.targets[0]!;
  const register = async (): Promise<string> => {
    const definition = definitionIn(account, image);
    const { taskDefinition } = (await system.admin(account)('ecs', 'RegisterTaskDefinition', definition)) as {
      taskDefinition: { family: string; revision: number };
    };
    return `${taskDefinition.family}:${taskDefinition.revision}`;
  };
  const target = 'test/web';
  const deployed = await runManualDeployment(system, { target, revision: await register() });
  const rolledBack = await runManualRollback(system, { target, revision: await register() });
  return {
    'a deployment of a revision that a person chose': deployed.status,
    'a rollback to a revision that a person chose': rolledBack.status,
  };
}

/** Lets this number of runs of Roll Back die, so that the release's result is reported before the rollback is done. */
function failRollBack({ cloud }: TestSystem, times: number): () => void {
  let left = times;
  const died = { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' };
  cloud.faultHooks = {
    call: (_asked, go) => go(),
    event: (_event, go) => go(),
    run: async ({ name }, go) =>
      name.endsWith('-roll-back') && left-- > 0 ? { payload: JSON.stringify(died), failed: true, log: '' } : go(),
  };
  return () => {
    delete cloud.faultHooks;
  };
}

/** Without a circuit breaker, only Gantry ends a bad deployment. With the alarm, Gantry has one more thing to check. */
async function watchByAlarm({ admin }: TestSystem, account: string, on: boolean): Promise<void> {
  await admin(account)('ecs', 'UpdateService', {
    cluster: 'web-shop',
    service: 'web',
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: !on, rollback: !on },
      alarms: { alarmNames: on ? ['web-errors'] : [], enable: on, rollback: false },
    },
  });
}

const definitionIn = (account: string, image = 'placeholder') => ({
  family: 'web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${account}:role/web-execution`,
  taskRoleArn: `arn:aws:iam::${account}:role/web-task`,
  containerDefinitions: [{ name: 'app', image, essential: true, portMappings: [{ containerPort: 8080 }] }],
});

/** Artifacts that cannot be deployed: one that is deleted, one whose key is disabled, and one that has changed since it was first read. */
async function refusedArtifacts(system: TestSystem): Promise<Record<string, string>> {
  const { account } = system.system;
  const { bucket, key } = getFirstPipeline(system.system);
  const kms = (operation: string) => system.admin(account)('kms', operation, { KeyId: key.arn });
  const gone = await runManualDeployment(system, {
    target: 'test/web',
    artifact: { bucket: bucket.name, key: 'by-hand/gone' },
  });
  const artifact = await putArtifact(system, { 'imagedefinitions.json': [] });
  await kms('DisableKey');
  const locked = await runManualDeployment(system, { target: 'test/web', artifact });
  await kms('EnableKey');
  await runManualDeployment(system, { target: 'test/web', artifact });
  await putArtifact(system, { 'imagedefinitions.json': {} }, { Key: artifact.key });
  const changed = await runManualDeployment(system, { target: 'test/web', artifact });
  const summarize = ({ status, error }: EndedExecution) => `${status} ${error}`;
  return {
    'an artifact that is gone': summarize(gone),
    'an artifact under a disabled key': summarize(locked),
    'an artifact that has changed': summarize(changed),
  };
}

/** An alarm goes off during a rollout, and the execution of the rollout handles the alarm. Afterwards somebody stops that execution. Its job must still end. */
async function deadExecution(system: TestSystem, stage: DemoSystem): Promise<Record<string, string>> {
  const admin = system.admin(system.system.account);
  const { name } = getFirstPipeline(system.system).pipeline;
  const started = await admin('codepipeline', 'StartPipelineExecution', { name });
  const { pipelineExecutionId } = started as { pipelineExecutionId: string };
  const executionArn = await waitUntilAsleep(system, stage);
  await watchByAlarm(system, example.targets[0]!.account, true);
  // The change of the service has woken the execution. If it were awake, it would need no event to see the alarm.
  await waitUntilAsleep(system, stage, 2);
  const alarm = await runManualRollback(system, alarmAt(new Date(system.clock.now())));
  await admin('states', 'StopExecution', { executionArn });
  await stage.untilEnded(pipelineExecutionId);
  const { status } = await stage.reader.pipeline(pipelineExecutionId);
  return { 'an alarm in the middle of a rollout': alarm.status, 'a dead execution': status };
}

/** Waits until the newest execution has begun to wait for an event at least `times` times. Returns its ARN. */
async function waitUntilAsleep(system: TestSystem, stage: DemoSystem, nth = 1): Promise<string> {
  const look = async () => {
    const [arn = ''] = await stage.reader.executions();
    const { status, tasks } = await stage.reader.execution(arn);
    const sleeps = tasks.filter((name) => name === 'Wait For Event').length;
    return { arn, isAsleep: status === 'RUNNING' && tasks.at(-1) === 'Wait For Event' && sleeps >= nth };
  };
  return (await system.waitUntil(look, ({ isAsleep }) => isAsleep)).arn;
}

/** The CloudWatch event of an alarm that the service test/web itself names. */
function alarmAt(time: Date) {
  const detail = { alarmName: 'web-errors', state: { value: 'ALARM' } };
  const { account, region } = example.targets.find(({ name }) => name === 'test')!;
  const kind = { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' };
  return { ...kind, account, region, time: time.toISOString(), detail };
}
