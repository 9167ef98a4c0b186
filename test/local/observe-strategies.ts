import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { behaviorWith, type createEcsAccount } from './ecs-account.ts';
import { withStrategies } from './native-service.ts';

const canary: DeploymentConfiguration = { strategy: 'CANARY', bakeTimeInMinutes: 0 };
const pausedAt = (stage: 'PRE_SCALE_UP' | 'PRE_PRODUCTION_TRAFFIC_SHIFT'): DeploymentConfiguration => ({
  ...canary,
  lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: [stage] }],
});

/** The observations of a client of blue/green, linear and canary deployments under each answer. */
export function strategyObservations(account: Awaited<ReturnType<typeof createEcsAccount>>) {
  const { client, cloud, create, image, pass, release, revision, update } = account;
  const { deploy } = withStrategies(account);

  /** Starts a deployment under the answer, and lets a minute and a half pass. */
  const start = async (id: string, answer: string, settings = canary, behavior = {}) => {
    const service = `${id}-${answer}`;
    cloud.answers = selectAnswers({ id, answer });
    await deploy(service, settings, behavior);
    await pass(90);
    const { serviceDeploymentArn, lifecycleHookDetails } = await release(service);
    return { service, serviceDeploymentArn, hookId: lifecycleHookDetails?.[0]?.hookId };
  };

  async function observeBreaker(answer: string) {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const crash = behaviorWith('crash');
    const { service } = await start('native-breaker', answer, { ...canary, deploymentCircuitBreaker }, crash);
    const { status, deploymentCircuitBreaker: breaker } = await release(service);
    return [status, breaker!.status];
  }

  async function observeRollbackStage(answer: string) {
    const { service, serviceDeploymentArn } = await start('rollback-stage', answer, canary, { startSeconds: 600 });
    await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
    await pass(60);
    return (await release(service)).lifecycleStage;
  }

  async function observeHookDetails(answer: string) {
    const { service, serviceDeploymentArn, hookId } = await start('hook-details', answer, pausedAt('PRE_SCALE_UP'));
    await client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
    return ((await release(service)).lifecycleHookDetails ?? []).map(({ status }) => status);
  }

  async function observePreProduction(answer: string) {
    const { service } = await start('pre-production-stage', answer, pausedAt('PRE_PRODUCTION_TRAFFIC_SHIFT'));
    return (await release(service)).lifecycleStage;
  }

  async function observeRefusal(answer: string) {
    const { serviceDeploymentArn, hookId } = await start('continue-refused', answer, pausedAt('PRE_SCALE_UP'));
    const request = () => client.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
    await request();
    return request().then(
      () => 'no error',
      ({ name }: Error) => name,
    );
  }

  /** The status after tasks became healthy and exited, and their failures had reached the threshold twice. */
  async function observeFailureCount(answer: string) {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    cloud.answers = selectAnswers({ id: 'failure-count', answer });
    const service = `failure-count-${answer}`;
    await create(service, await revision(await image()), { deploymentConfiguration: { deploymentCircuitBreaker } });
    // The first task stays healthy, and all later tasks do not start.
    const behavior = { ...behaviorWith('crash'), firstTasks: 1, firstThen: 'healthy' };
    await update(service, { taskDefinition: await revision(await image(behavior)) });
    await pass(300);
    return (await release(service)).status;
  }

  return {
    'native-breaker': [
      observeBreaker,
      { ignored: ['IN_PROGRESS', 'DISABLED'], evaluated: ['ROLLBACK_SUCCESSFUL', 'TRIGGERED'] },
    ],
    'rollback-stage': [observeRollbackStage, { kept: 'SCALE_UP', reversed: 'CLEAN_UP' }],
    'hook-details': [observeHookDetails, { all: ['SUCCEEDED'], active: [] }],
    'pre-production-stage': [
      observePreProduction,
      { own: 'PRE_PRODUCTION_TRAFFIC_SHIFT', shift: 'PRODUCTION_TRAFFIC_SHIFT' },
    ],
    'continue-refused': [
      observeRefusal,
      { 'invalid-parameter': 'InvalidParameterException', client: 'ClientException', none: 'no error' },
    ],
    'failure-count': [observeFailureCount, { stopped: 'IN_PROGRESS', restarted: 'ROLLBACK_SUCCESSFUL' }],
  } satisfies Record<string, [(answer: string) => Promise<unknown>, Record<string, unknown>]>;
}
