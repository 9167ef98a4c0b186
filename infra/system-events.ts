import { targetTrackingPrefix } from '../core/config/scaling-alarms.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from './event-rule.ts';
import { actionTypeVersion, type Installation } from './installation.ts';
import { wakePattern } from './system-forwarding.ts';
/** The build account's rules, each for events of the accounts that they may come from: target accounts forward to the same bus. Each has the name of the function that it invokes, or of what it noticed. */
export const declareRules = (here: Installation): EventRuleDeclaration[] => [
  declareFunctionRule(here, 'take-job', {
    description: 'One of our actions has started: there is a job to poll for',
    pattern: {
      source: ['aws.codepipeline'],
      'detail-type': ['CodePipeline Action Execution State Change'],
      account: [here.account],
      detail: {
        state: ['STARTED'],
        type: {
          owner: ['Custom'],
          category: ['Deploy'],
          provider: [here.names.provider],
          // CodePipeline sends the version as a text or as a number (AWS's own examples have both).
          version: [actionTypeVersion, Number(actionTypeVersion)],
        },
      },
    },
  }),
  declareFunctionRule(here, 'report-dead-execution', {
    description: 'A deployment died: its job must not hang',
    pattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      account: [here.account],
      detail: { stateMachineArn: [here.machine, here.rollbackMachine], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    },
  }),
  declareRollbackRule(here, 'failed-deployment', {
    description: 'ECS gave up a deployment: the way back may have to be gone',
    pattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      account: targetAccounts(here),
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    },
  }),
  declareRollbackRule(here, 'alarm', {
    description: 'An alarm of a target account went off: the way back may have to be gone',
    pattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      account: targetAccounts(here),
      detail: { alarmName: [{ 'anything-but': { prefix: targetTrackingPrefix } }], state: { value: ['ALARM'] } },
    },
  }),
  declareWakeRule(here),
];

/** Without dead letters: who sleeps wakes up by himself. */
const declareWakeRule = (here: Installation): EventRuleDeclaration => ({
  account: here.account,
  region: here.region,
  name: here.names.of('wake'),
  description: 'Something happened to a service: who watches it looks',
  pattern: wakePattern(targetAccounts(here)),
  target: { id: 'wake', arn: here.function('wake') },
});

const targetAccounts = ({ config }: Installation): string[] => [
  ...new Set(config.targets.map(({ account }) => account)),
];

/** Which service an event is about, and whether anything is to do, is for Decide Rollback to say: a pattern holds 2,048 characters. */
const declareRollbackRule = (
  here: Installation,
  purpose: string,
  rest: Pick<EventRuleDeclaration, 'description' | 'pattern'>,
): EventRuleDeclaration => ({
  account: here.account,
  region: here.region,
  name: here.names.of(purpose),
  ...rest,
  target: {
    id: 'rollback',
    arn: here.rollbackMachine,
    roleArn: here.role(here.names.of('start-rollback')),
    deadLetters: here.deadLetters,
  },
});

const declareFunctionRule = (
  here: Installation,
  file: string,
  rest: Pick<EventRuleDeclaration, 'description' | 'pattern'>,
): EventRuleDeclaration => ({
  account: here.account,
  region: here.region,
  name: here.names.of(file),
  ...rest,
  target: { id: file, arn: here.function(file), deadLetters: here.deadLetters },
});

/** The guarantees behind the events, which may come too early, or not at all. */
export const declareSchedules = (here: Installation): ScheduleDeclaration[] => [
  declareSchedule(here, 'take-job', 'Polls for jobs that no event has announced'),
  declareSchedule(here, 'report-dead-execution', 'Looks for deployments that died and whose job nobody was told of'),
];

const declareSchedule = (here: Installation, file: string, description: string): ScheduleDeclaration => ({
  file,
  name: here.names.of(file),
  description,
  expression: 'rate(1 minute)',
  target: {
    arn: here.function(file),
    roleArn: here.role(here.names.of('schedule')),
    // EventBridge Scheduler sends just this; in the shape of a rule's schedule, which both functions know (core/request/job.ts, core/reporting/dead-execution.ts).
    input: JSON.stringify({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' }),
    deadLetters: here.deadLetters,
    // The next minute's call does the same.
    retries: 0,
  },
});
