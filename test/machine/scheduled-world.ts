import { z } from 'zod';
import { validateConfig } from '../../core/config/check.ts';
import { AwsError } from '../../local/aws-error.ts';
import { createSystemFactory } from '../../local/run/in-process-system.ts';

const build = '111111111111';
const test = '222222222222';
const place = { account: test, region: 'eu-west-1', cluster: 'shop' };
const repositoryName = 'shop/app';
export const clusterArn = `arn:aws:ecs:eu-west-1:${test}:cluster/shop`;
export const scheduleRole = `arn:aws:iam::${test}:role/ecsEventsRole`;
export const familyArn = `arn:aws:ecs:eu-west-1:${test}:task-definition/web`;

const service = { name: 'web', containers: ['app'], executionRole: 'shop-execution', taskRoles: ['shop-task'] };
export const config = validateConfig({
  name: 'gantry',
  build: { account: build, region: 'eu-west-1' },
  repositories: ['shop/*'],
  targets: [
    {
      name: 'test',
      ...place,
      allowedPipelines: ['team'],
      viewers: ['arn:aws:iam::111111111111:root'],
      services: [{ ...service, schedules: ['nightly', 'reports/weekly', 'rule:hourly'] }],
    },
  ],
});

const executionSchema = z.object({ status: z.string(), output: z.string().optional(), cause: z.string().optional() });

/** What a call has to do instead of its own effect. */
export type Interference = (
  service: string,
  operation: string,
  proceed: () => Promise<unknown>,
) => Promise<unknown> | undefined;

/** A system with the service `test/web`, its three schedules, and schedules of other people. */
export async function createScheduledWorld() {
  const system = await (await createSystemFactory(config, { withExistingResources: true }))('scheduled');
  const target = system.admin(test);
  let images = 0;
  let pushed: { name: string; imageUri: string }[] = [];
  let interfere: Interference | undefined;
  system.cloud.faultHooks = {
    call: ({ service: name, operation, as }, go) =>
      (as.caller.arn.includes('assumed-role') ? interfere?.(name, operation, go) : undefined) ?? go(),
    event: (_event, go) => go(),
    run: (_ran, go) => go(),
  };
  const world = {
    ...system,
    target,
    interfere: (how?: Interference) => {
      interfere = how;
    },
    /** Lets code of the command line act as an administrator of the build account. */
    useOwnCredentials(): void {
      const keys = system.administrators.get(build);
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: system.cloud.url,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: keys?.accessKeyId,
        AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey,
        TABLE: system.system.table.name,
      });
    },
    /** Creates the role of the schedules, which can run the revisions that the pattern names. */
    allowRevisions(pattern: string): void {
      const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
      const Principal = { Service: ['scheduler.amazonaws.com', 'events.amazonaws.com'] };
      system.cloud.iam.roles.set(scheduleRole, {
        arn: scheduleRole,
        trust: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
        policies: {
          run: { Version: '2012-10-17', Statement: [allow('ecs:RunTask', pattern), allow('iam:PassRole', '*')] },
        },
      });
    },
    async revision(): Promise<string> {
      const answer = await target('ecs', 'DescribeServices', { cluster: 'shop', services: ['web'] });
      const { services } = z.object({ services: z.array(z.object({ taskDefinition: z.string() })) }).parse(answer);
      return services[0]!.taskDefinition;
    },
    /** The images of the last release. */
    lastImages: () => pushed,
    /** Starts an execution of the deploy machine with a new image, or of the rollback machine, and waits for its end. */
    async run(kind: 'deploy' | 'rollback', more: Record<string, unknown> = {}) {
      const machine = kind === 'deploy' ? system.system.machine : system.system.rollbackMachine;
      const input = kind === 'deploy' ? { images: more.images ?? (await pushImage()), ...more } : more;
      const started = await system.admin(build)('states', 'StartExecution', {
        stateMachineArn: machine.arn,
        input: JSON.stringify({ target: 'test/web', ...input }),
      });
      const { executionArn } = z.object({ executionArn: z.string() }).parse(started);
      const read = async () =>
        executionSchema.parse(await system.admin(build)('states', 'DescribeExecution', { executionArn }));
      await system.clock.advanceUntil(async () => (await read()).status !== 'RUNNING');
      const { output, ...execution } = await read();
      return { ...execution, report: JSON.parse(output ?? '{}').report?.message ?? execution.cause ?? '' };
    },
    /** Returns the revision of every scheduled task in the account, by a short name. */
    async scheduled(): Promise<Record<string, string>> {
      const found: Record<string, string> = {};
      for (const [group, name] of [
        ['default', 'nightly'],
        ['reports', 'weekly'],
        ['default', 'foreign'],
      ] as const)
        found[`${group}/${name}`] = revisionIn((await readSchedule(group, name)).Target);
      const { Targets } = ruleSchema.parse(await target('events', 'ListTargetsByRule', { Rule: 'hourly' }));
      for (const one of Targets) found[`hourly ${one.Id}`] = one.EcsParameters ? revisionIn(one) : one.Arn;
      return found;
    },
  };

  const targetSchema = z.looseObject({
    Arn: z.string(),
    EcsParameters: z.looseObject({ TaskDefinitionArn: z.string() }).optional(),
  });
  const ruleSchema = z.object({ Targets: z.array(targetSchema.extend({ Id: z.string() })) });
  const revisionIn = (given: z.infer<typeof targetSchema>): string =>
    given.EcsParameters?.TaskDefinitionArn.split('/').at(-1) ?? '';

  async function readSchedule(GroupName: string, Name: string) {
    return z.looseObject({ Target: targetSchema }).parse(await target('scheduler', 'GetSchedule', { GroupName, Name }));
  }

  async function pushImage() {
    images += 1;
    const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [], annotations: { n: String(images) } });
    const imageTag = `t${images}`;
    await system.admin(build)('ecr', 'PutImage', { repositoryName, imageManifest, imageTag });
    pushed = [{ name: 'app', imageUri: `${build}.dkr.ecr.eu-west-1.amazonaws.com/${repositoryName}:${imageTag}` }];
    return pushed;
  }

  const ecsTarget = (taskDefinition: string) => ({
    Arn: clusterArn,
    RoleArn: scheduleRole,
    Input: '{"containerOverrides":[{"name":"app","command":["report"]}]}',
    EcsParameters: { TaskDefinitionArn: taskDefinition, TaskCount: 2, PropagateTags: 'TASK_DEFINITION' },
  });

  /** Creates the schedules, as another tool would. */
  async function createSchedules(): Promise<void> {
    world.allowRevisions(`${familyArn}:*`);
    const current = await world.revision();
    await target('scheduler', 'CreateScheduleGroup', { Name: 'reports' });
    const common = { ScheduleExpression: 'cron(0 2 * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } };
    const settings = { ...common, State: 'DISABLED', Description: 'why', ScheduleExpressionTimezone: 'Europe/Berlin' };
    await target('scheduler', 'CreateSchedule', { Name: 'nightly', ...settings, Target: ecsTarget(current) });
    await target('scheduler', 'CreateSchedule', {
      Name: 'weekly',
      GroupName: 'reports',
      ...common,
      Target: ecsTarget(current),
    });
    await target('scheduler', 'CreateSchedule', { Name: 'foreign', ...common, Target: ecsTarget(current) });
    await target('events', 'PutRule', { Name: 'hourly', ScheduleExpression: 'cron(0 * * * ? *)', State: 'DISABLED' });
    const hook = { Id: 'hook', Arn: `arn:aws:lambda:eu-west-1:${test}:function:hook` };
    const Targets = [{ Id: 'one', ...ecsTarget(current) }, hook, { Id: 'two', ...ecsTarget(current) }];
    await target('events', 'PutTargets', { Rule: 'hourly', Targets });
  }

  await createSchedules();
  return { ...world, readSchedule, ecsTarget };
}

/** Refuses a call as IAM would. */
export const denyCall = (action: string): Promise<never> =>
  Promise.reject(new AwsError('AccessDeniedException', `User: x is not authorized to perform: ${action}`, 403));
