import { targetTrackingPrefix } from '../core/config/scaling-alarms.ts';
import { runsAnyTasks } from '../core/config/task-services.ts';
import { eventSource } from '../core/reporting/deployment-event.ts';
import { actionTypeVersion, listPolledVersions } from './action-type-version.ts';
import { wakePattern } from './event-patterns.ts';
import type { EventRuleDeclaration, ScheduleDeclaration } from './event-rule.ts';
import type { Installation } from './installation.ts';
import { listCommandMachines } from './policies-release-tasks.ts';

/**
 * The build account's rules. Target accounts forward events to the same bus, so each rule names the accounts that its events can come from. A rule has the
 * name of the function that it invokes, or of the event that starts a rollback.
 */
export const declareRules = (installation: Installation): EventRuleDeclaration[] => [
  declareFunctionRule(installation, 'take-job', {
    description: 'An action of Gantry has started: take-job polls for its job',
    pattern: {
      source: ['aws.codepipeline'],
      'detail-type': ['CodePipeline Action Execution State Change'],
      account: [installation.account],
      detail: {
        state: ['STARTED'],
        type: {
          owner: ['Custom'],
          category: ['Deploy'],
          provider: [installation.names.provider],
          // AWS's examples of this event have the version as a string and as a number.
          version: listPolledVersions(actionTypeVersion).flatMap((version) => [version, Number(version)]),
        },
      },
    },
  }),
  declareFunctionRule(installation, 'report-dead-execution', {
    description: 'An execution failed, timed out or was aborted: its job needs a result',
    pattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      account: [installation.account],
      detail: {
        stateMachineArn: [installation.machine, installation.rollbackMachine, ...listCommandMachines(installation)],
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
      },
    },
  }),
  declareRollbackRule(installation, 'alarm', {
    description: 'An alarm of a target account went to ALARM: a release may have to be rolled back',
    pattern: {
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      account: targetAccounts(installation),
      detail: { alarmName: [{ 'anything-but': { prefix: targetTrackingPrefix } }], state: { value: ['ALARM'] } },
    },
  }),
  declareFunctionRule(installation, 'wake', {
    description:
      'Something happened to a service: the executions that wait for it check it, and a failed deployment that none watches may have to be rolled back',
    pattern: wakePattern(targetAccounts(installation), runsAnyTasks(installation.config)),
  }),
  declareEndRule(installation),
];

const declareEndRule = (installation: Installation): EventRuleDeclaration =>
  declareFunctionRule(installation, 'announce-end', {
    description: 'A deployment ended, or the rollback after it: send messages and log the delivery metrics',
    pattern: {
      source: [eventSource],
      // The rule names the account, because the bus's policy can admit events of other accounts.
      account: [installation.account],
      'detail-type': [{ prefix: 'Gantry Deployment ' }, { prefix: 'Gantry Rollback ' }],
      detail: { end: [{ exists: true }] },
    },
  });

const targetAccounts = ({ config }: Installation): string[] => [
  ...new Set(config.targets.map(({ account }) => account)),
];

/**
 * A pattern has at most 2,048 characters, so it does not name all services. Decide Rollback checks which service an event concerns and whether to do
 * anything.
 */
const declareRollbackRule = (
  installation: Installation,
  purpose: string,
  rest: Pick<EventRuleDeclaration, 'description' | 'pattern'>,
): EventRuleDeclaration => ({
  account: installation.account,
  region: installation.region,
  name: installation.names.of(purpose),
  ...rest,
  target: {
    id: 'rollback',
    arn: installation.rollbackMachine,
    roleArn: installation.role(installation.names.of('start-rollback')),
    deadLetters: installation.deadLetters,
  },
});

const declareFunctionRule = (
  installation: Installation,
  file: string,
  rest: Pick<EventRuleDeclaration, 'description' | 'pattern'>,
): EventRuleDeclaration => ({
  account: installation.account,
  region: installation.region,
  name: installation.names.of(file),
  ...rest,
  target: {
    id: file,
    arn: installation.function(file),
    // The queue must not keep the event about a dead execution, because it can contain the end of a container's log. The schedule finds the execution
    // without the event.
    ...(file !== 'report-dead-execution' && { deadLetters: installation.deadLetters }),
  },
});

/** The schedules. They ensure that jobs are taken and reported even if an event comes too early or is lost. */
export const declareSchedules = (installation: Installation): ScheduleDeclaration[] => [
  declareSchedule(installation, 'take-job', 'Polls for jobs whose event was lost'),
  declareSchedule(installation, 'report-dead-execution', 'Finds dead executions whose job has no result'),
];

const declareSchedule = (installation: Installation, file: string, description: string): ScheduleDeclaration => ({
  file,
  name: installation.names.of(file),
  description,
  expression: 'rate(1 minute)',
  target: {
    arn: installation.function(file),
    roleArn: installation.role(installation.names.of('schedule')),
    // EventBridge Scheduler sends exactly this input. It has the shape of a rule's schedule event, which both functions accept (core/request/job.ts, core/reporting/dead-execution.ts).
    input: JSON.stringify({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' }),
    deadLetters: installation.deadLetters,
    // The call of the next minute does the same work.
    retries: 0,
  },
});
