import { z } from 'zod';
import type { EventBridgeEvent } from '../../local/cloud.ts';
import { getFunctions, installFunction } from '../../local/lambda/functions.ts';
import type { InvocationOutcome } from '../../local/lambda/outcome.ts';
import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { ownAlarm } from './alarms.ts';
import { services } from './config.ts';
import { count } from './counts.ts';
import { hookFunction, hookInvoker } from './declare-hook.ts';
import type { HookPlan } from './plan.ts';
import type { PlanRun } from './plan-run.ts';

/** Creates the role with which ECS invokes the function of hooks, and the function, in each account. */
function createHookFunctions({ cloud }: InProcessSystem): void {
  for (const account of new Set(services.map((each) => each.account))) {
    const statement = (more: object) => ({ Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow', ...more }] });
    const trust = statement({ Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' });
    const invoke = statement({ Action: 'lambda:InvokeFunction', Resource: '*' });
    cloud.iam.roles.set(hookInvoker(account), { arn: hookInvoker(account), trust, policies: { invoke } });
    const own = { name: hookFunction, account, region: 'eu-west-1', roleArn: hookInvoker(account) };
    installFunction(cloud, {
      ...own,
      file: '',
      handler: 'hook.handler',
      environment: {},
      timeoutSeconds: 10,
      memoryMb: 128,
    });
  }
}

const invocationSchema = z.object({
  hookDetails: z.object({ service: z.number(), answer: z.string(), asked: z.number().default(0) }),
});

/** How often a late function says that it is not ready, and the pause after that, in seconds. */
const [lateAnswers, lateSeconds] = [2, 45];

/** How long after a step of the traffic the alarm goes off, in ms. */
const alarmDelayMs = 20_000;

function answerInvocation({ stage, counts }: PlanRun, fire: (index: number) => void, payload: string): object {
  const { service, answer, asked } = invocationSchema.parse(JSON.parse(payload)).hookDetails;
  if (asked === 0) count(counts, `hook function: ${answer}`);
  if (answer === 'throw') throw new Error('the function of the hook failed');
  if (answer === 'alarm') stage.clock.after(alarmDelayMs, () => fire(service));
  if (answer === 'never' || (answer === 'late' && asked < lateAnswers))
    return { hookStatus: 'IN_PROGRESS', callBackDelay: lateSeconds, hookDetails: { asked: asked + 1 } };
  return { hookStatus: answer === 'fail' ? 'FAILED' : 'SUCCEEDED' };
}

/** Answers the invocations of hooks in this process, as their function would. `fire`: makes the own alarm of a service go off. */
export function answerHookFunctions(run: PlanRun, fire: (index: number, alarm: string) => Promise<void>): void {
  const { stage } = run;
  createHookFunctions(stage);
  const functions = getFunctions(stage.cloud);
  const others = functions.run!;
  const fireOwn = (index: number) => void stage.clock.freezeDuring(fire(index, ownAlarm(index)));
  functions.run = async (fn, invocation): Promise<InvocationOutcome> => {
    if (fn.name !== hookFunction) return others(fn, invocation);
    try {
      return { payload: JSON.stringify(answerInvocation(run, fireOwn, invocation.payload)), failed: false, log: '' };
    } catch (error) {
      return { payload: JSON.stringify({ errorMessage: String(error) }), failed: true, log: '' };
    }
  };
}

const pauseSchema = z.object({
  eventName: z.literal('HOOK_AWAITING_ACTION'),
  hookId: z.string(),
  lifecycleStage: z.string(),
  serviceArn: z.string(),
  serviceDeploymentArn: z.string(),
});
type Pause = z.infer<typeof pauseSchema>;

type Answer = { after: number; action: 'CONTINUE' | 'ROLLBACK'; earlier?: true };

/** A person's reaction to each pause, in seconds after the pause began. The person acts in the console, outside of Gantry. */
const actsOf: Record<Extract<HookPlan, { type: 'PAUSE' }>['answer'], Answer[]> = {
  soon: [{ after: 20, action: 'CONTINUE' }],
  late: [{ after: 300, action: 'CONTINUE' }],
  never: [],
  twice: [
    { after: 20, action: 'CONTINUE' },
    { after: 21, action: 'ROLLBACK' },
  ],
  'wrong order': [
    { after: 10, action: 'ROLLBACK', earlier: true },
    { after: 40, action: 'CONTINUE' },
  ],
  'roll back': [{ after: 30, action: 'ROLLBACK' }],
};

/** Lets persons answer the pauses of a run, as its plan says. */
export function createPauseAnswers(run: PlanRun): (event: EventBridgeEvent) => void {
  const pauses: Pause[] = [];
  return ({ detail }) => {
    const { data: pause } = pauseSchema.safeParse(detail);
    if (pause === undefined || pauses.some(({ hookId }) => hookId === pause.hookId)) return;
    const index = services.findIndex(
      ({ account, name }) => pause.serviceArn.includes(account) && pause.serviceArn.endsWith(`/${name}`),
    );
    const earlier = pauses.findLast(({ serviceArn }) => serviceArn === pause.serviceArn);
    const isSame = (each: Pause) =>
      each.serviceDeploymentArn === pause.serviceDeploymentArn && each.lifecycleStage === pause.lifecycleStage;
    const planned = (run.plan.services[index]?.shift?.hooks ?? []).filter(
      (each): each is Extract<HookPlan, { type: 'PAUSE' }> =>
        each.type === 'PAUSE' && each.stage === pause.lifecycleStage,
    );
    const hook = planned[pauses.filter(isSame).length % planned.length];
    pauses.push(pause);
    if (hook === undefined) return;
    count(run.counts, `pause: ${hook.answer}`);
    for (const act of actsOf[hook.answer]) scheduleAnswer(run, index, act, act.earlier ? earlier : pause);
  };
}

function scheduleAnswer({ stage, counts }: PlanRun, index: number, { after, action }: Answer, pause?: Pause): void {
  if (pause === undefined) return;
  const { serviceDeploymentArn, hookId } = pause;
  const admin = stage.admin(services[index]!.account);
  const answer = () =>
    admin('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId, action }).then(
      () => count(counts, `answer to a pause: ${action}`),
      () => count(counts, 'answer to a pause: refused'),
    );
  stage.clock.after(after * 1000, () => void stage.clock.freezeDuring(answer()));
}
