import { targetTrackingPrefix } from '../core/config/scaling-alarms.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from './event-rule.ts';
import { actionTypeVersion, type Installation } from './installation.ts';
import { wakePattern } from './system-forwarding.ts';

/**
 * The build account's rules. Target accounts forward events to the same bus, so each rule names the accounts that its events can come from.
 * A rule is named after the function that it invokes, or after the event that starts a rollback.
 */
export const declareRules = (here: Installation): EventRuleDeclaration[] => [
  declareFunctionRule(here, 'take-job', {
    description: 'An action of Gantry has started: take-job polls for its job',
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
          // AWS's examples of this event have the version as a string and as a number.
          version: [actionTypeVersion, Number(actionTypeVersion)],
        },
      },
    },
  }),
  declareFunctionRule(here, 'report-dead-execution', {
    description: 'An execution failed, timed out or was aborted: its job needs a result',
    pattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      account: [here.account],
      detail: { stateMachineArn: [here.machine, here.rollbackMachine], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    },
  }),
  declareRollbackRule(here, 'failed-deployment', {
    description: 'An ECS deployment failed: it may have to be rolled back',
    pattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      account: targetAccounts(here),
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    },
  }),
  declareRollbackRule(here, 'alarm', {
    description: 'An alarm of a target account went to ALARM: a release may have to be rolled back',
    pattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      account: targetAccounts(here),
      detail: { alarmName: [{ 'anything-but': { prefix: targetTrackingPrefix } }], state: { value: ['ALARM'] } },
    },
  }),
  declareWakeRule(here),
];

/** Without a dead-letter queue: an execution that sleeps also checks without an event. */
const declareWakeRule = (here: Installation): EventRuleDeclaration => ({
  account: here.account,
  region: here.region,
  name: here.names.of('wake'),
  description: 'Something happened to a service: the executions that wait for it check it',
  pattern: wakePattern(targetAccounts(here)),
  target: { id: 'wake', arn: here.function('wake') },
});

const targetAccounts = ({ config }: Installation): string[] => [
  ...new Set(config.targets.map(({ account }) => account)),
];

/** A pattern holds 2,048 characters, so Decide Rollback checks which service an event is about and whether to do anything. */
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

/** The schedules, which guarantee that jobs are taken and reported although an event comes too early or is lost. */
export const declareSchedules = (here: Installation): ScheduleDeclaration[] => [
  declareSchedule(here, 'take-job', 'Polls for jobs whose event was lost'),
  declareSchedule(here, 'report-dead-execution', 'Finds dead executions whose job has no result'),
];

const declareSchedule = (here: Installation, file: string, description: string): ScheduleDeclaration => ({
  file,
  name: here.names.of(file),
  description,
  expression: 'rate(1 minute)',
  target: {
    arn: here.function(file),
    roleArn: here.role(here.names.of('schedule')),
    // EventBridge Scheduler sends exactly this input. It has the shape of a rule's schedule event, which both functions accept (core/request/job.ts, core/reporting/dead-execution.ts).
    input: JSON.stringify({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' }),
    deadLetters: here.deadLetters,
    // The call of the next minute does the same work.
    retries: 0,
  },
});
