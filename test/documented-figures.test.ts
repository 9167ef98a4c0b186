import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import budgets from '../bundle/budget.json' with { type: 'json' };
import { awsSilenceMs } from '../cli/live-lines.ts';
import { recentLedgerEntries } from '../cli/target-status.ts';
import { maxProviderLength } from '../core/config/resource-names.ts';
import { maxStageSuffixLength } from '../core/config/stages.ts';
import { retentionDays } from '../core/model/table-expiry.ts';
import { taskSearchableMs } from '../core/release-tasks/decide.ts';
import { maxJobExecutionMs } from '../core/reporting/sweep.ts';
import { defaultCommandMinutes } from '../core/request/command.ts';
import { defaultTimeoutMinutes } from '../core/request/fields.ts';
import { lambdaRetriesMs, queuedJobStartLimitMs } from '../core/request/queued-jobs.ts';
import { longestExecutionMs } from '../core/rollback/attempts-end.ts';
import { rollbackOverdueMs } from '../core/rollback/outcome.ts';
import { hookAnswerSettlesMs } from '../core/rollout/answer-hook.ts';
import { maxFailureMessageLength } from '../core/rollout/failure-reason.ts';
import { longestJobWaitMs, longestManualWatchMs, longestWatchMs } from '../core/rollout/pause.ts';
import { createLease, expireLeaseOfDeadExecution, markLeaseReleased } from '../core/service/lease.ts';
import { maxStaleReadMs } from '../core/service/stale-read.ts';
import { longestPauseWaitSeconds } from '../core/waiting/paused-wait.ts';
import config from '../infra/config.ts';
import { maxPolicyLength } from '../infra/policy-length.ts';
import { declareSystem } from '../infra/system.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8').replace(/\s+/g, ' ');
const secondsOfMachine = (name: string): number => JSON.parse(read(`state-machines/${name}.asl.json`)).TimeoutSeconds;

const now = new Date(0);
const lease = createLease({ execution: 'x', now });
const secondsUntil = ({ until }: { until: string }): number => Date.parse(until) / 1000;

const hours = (ms: number): string => String(ms / 3_600_000);
const days = (ms: number): string => String(ms / 86_400_000);
const minutes = (ms: number): string => String(ms / 60_000);
const numbers = 'no one two three four five six seven eight nine ten'.split(' ');

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/x';
const system = declareSystem(config, { stage: 'production', keyArn });
const [room] = system.moreServices;

/** Returns how many services with names of ten characters fit into the role of a target. Copies of the example's service represent the services. */
function countServicesThatFit(): number {
  const [target, ...others] = config.targets;
  const [service] = target!.services;
  const fits = (count: number): boolean => {
    const services = Array.from({ length: count }, (_, at) => ({ ...service!, name: `service-${at + 10}` }));
    const targets = [{ ...target!, services }, ...others];
    try {
      declareSystem({ ...config, targets, pipelines: [] }, { stage: 'production', keyArn });
      return true;
    } catch {
      return false;
    }
  };
  return Array.from({ length: 60 }, (_, at) => at + 1).findLast(fits) ?? 0;
}

const hoursPerMonth = 730;
const polls = hoursPerMonth * 60;
const { memoryMegabytes: pollMemory } = system.functions.find(({ file }) => file === 'take-job')!;
const thousands = (count: number): string => count.toLocaleString('en-US');
/** Dollars a month. The prices have their source in the document. */
const monthly = { loadBalancer: 0.0225, tasks: 2 * (0.25 * 0.03238 + 0.5 * 0.00356), addresses: 5 * 0.005 };
const monthlyCost = (perHour: number): string => (Math.round(perHour * hoursPerMonth * 100 + 1e-6) / 100).toFixed(2);
const monthlySum = Object.values(monthly).reduce((sum, perHour) => sum + perHour * hoursPerMonth, 0);
/** KB of all functions, at most. */
const codeSize = Object.values(budgets).reduce((sum, kilobytes) => sum + kilobytes, 0);

/**
 * The figures in documents that the code determines. Figures of AWS, of prices and of examples have a source or need none, and bench/readme.ts writes the
 * measured figures.
 */
const figures: [file: string, text: string, figure: string | number][] = [
  ['docs/cli.md', 'The ledger keeps entries for # days', retentionDays],
  ['docs/guarantees.md', 'whose result is `Succeeded` in the ledger (# days)', retentionDays],
  ['docs/guarantees.md', 'A record is kept for # days after the last time', retentionDays],
  ['docs/guarantees.md', 'until the execution ends after # hours', hours(longestExecutionMs)],
  ['docs/operations.md', 'or the execution ends after # hours', hours(longestExecutionMs)],
  ['docs/guarantees.md', 'the lease ends within # seconds', secondsUntil(lease)],
  ['docs/guarantees.md', 'becomes free only # seconds later', secondsUntil(expireLeaseOfDeadExecution(lease, now))],
  [
    'docs/guarantees.md',
    'A released lease becomes free # seconds later',
    numbers[secondsUntil(markLeaseReleased(lease, now))]!,
  ],
  ['docs/guarantees.md', 'A retry waits # seconds before it reads the service', numbers[maxStaleReadMs / 1000]!],
  ['docs/strategies.md', 'Gantry goes on watching it for up to # days', days(longestWatchMs)],
  ['docs/operations.md', 'or after # days | answer the hook', days(longestWatchMs)],
  ['docs/deploy.md', 'An execution ends at most # hours after its start', secondsOfMachine('deploy') / 3600],
  ['docs/deploy.md', 'it can run for another # hours', secondsOfMachine('deploy') / 3600],
  ['docs/events.md', 'the message that CodePipeline shows, at most # characters', maxFailureMessageLength],
  ['docs/guarantees.md', 'If the execution began more than # hours ago', hours(maxJobExecutionMs)],
  [
    'docs/guarantees.md',
    'After # hour without success, the alarm',
    rollbackOverdueMs === 3_600_000 ? 'an' : hours(rollbackOverdueMs),
  ],
  [
    'docs/guarantees.md',
    '`take-job` reports a job that it could not start for # minutes',
    minutes(queuedJobStartLimitMs),
  ],
  ['docs/operations.md', 'After # minutes, `take-job` reports the job as failed', minutes(queuedJobStartLimitMs)],
  ['docs/operations.md', 'From # minutes later on, each poll', numbers[lambdaRetriesMs / 60_000]!],
  ['docs/operations.md', 'keeps undelivered events for # days', system.deadLetters.retentionSeconds / 86_400],
  ['docs/operations.md', 'the # hours of an execution that a person started', hours(longestManualWatchMs)],
  ['docs/operations.md', 'the execution ran for # days', days(longestWatchMs)],
  ['docs/strategies.md', 'An execution that a person started watches for # hours', hours(longestManualWatchMs)],
  ['docs/strategies.md', 'otherwise at least every # hours', numbers[longestPauseWaitSeconds / 3600]!],
  [
    'docs/strategies.md',
    '24 hours. # an hour before that, the job fails',
    24 - longestJobWaitMs / 3_600_000 === 0.5 ? 'Half' : '?',
  ],
  ['docs/strategies.md', 'for # minutes, the next hook must be named', numbers[hookAnswerSettlesMs / 60_000]!],
  ['docs/tasks.md', 'If more than # minutes have passed', minutes(taskSearchableMs)],
  ['docs/cli.md', 'when Gantry stops the command (default: # minutes)', defaultCommandMinutes],
  ['docs/cli.md', 'or else # and 0 |', defaultTimeoutMinutes],
  ['docs/cli.md', 'If AWS does not answer for # seconds', awsSilenceMs / 1000],
  ['docs/cli.md', 'absent if the newest # entries of the ledger', recentLedgerEntries],
  ['docs/deploy.md', 'it can have up to # characters', maxProviderLength],
  ['docs/deploy.md', 'inline policies to # characters', thousands(maxPolicyLength)],
  ['docs/deploy.md', 'so # services with names of ten characters fit', countServicesThatFit()],
  ['docs/doctor.md', `has room for # more services with names of ${room!.nameLength} characters`, room!.count],
  ['docs/deploy.md', 'the name of a role can have at most # characters', 64 - maxStageSuffixLength],
  ['docs/deploy.md', 'Gantry creates # alarms', numbers[system.alarms.length]!],
  ['docs/deploy.md', 'Lambda, ARM, # MB', pollMemory],
  ['docs/deploy.md', 'Gantry calls `take-job` every minute, # times', thousands(polls)],
  ['docs/deploy.md', 'At one second each this is # GB-seconds', thousands((polls * pollMemory) / 1024)],
  ['docs/deploy.md', '| #, plus the LCU-hours of its traffic', monthlyCost(monthly.loadBalancer)],
  [
    'docs/deploy.md',
    'per GB-hour | [Vantage](https://www.vantage.sh/blog/fargate-pricing), undated | #',
    monthlyCost(monthly.tasks),
  ],
  ['docs/deploy.md', 'of the load balancer in three zones: #', monthlyCost(monthly.addresses)],
  ['docs/deploy.md', 'The sum is about # dollars a month', Math.round(monthlySum)],
  ['docs/deploy.md', 'is free # days after the next one was published', (2 * secondsOfMachine('deploy')) / 86_400 + 14],
  ['docs/deploy.md', 'an update adds less than # MB for all functions', Math.ceil(codeSize / 1000)],
  ['docs/deploy.md', 'has space for more than # updates', thousands(Math.floor(75_000_000 / codeSize / 1000) * 1000)],
];

describe('the figures in the documents are those of the code:', () => {
  it.each(figures)('%s: %s', (file, text, figure) => {
    expect(read(file)).toContain(text.replace('#', String(figure)));
  });
});
