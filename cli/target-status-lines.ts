import { styleText } from 'node:util';
import { parseRevisionName } from '../core/parsing/arn.ts';
import { formatTime } from '../core/parsing/time-text.ts';
import { formatUserOfOtherRevision } from '../core/schedule/other-revisions.ts';
import { formatLeaseHolder } from '../core/service/lease.ts';
import { formatWait } from './progress-lines.ts';
import { shortenArnsForPeople } from './short-arns.ts';
import type { TargetStatus } from './target-status.ts';
import { formatTaskBars } from './task-bars.ts';
import { wrapText } from './wrap-text.ts';

/** How much earlier a time is than another one, in minutes, hours or days. Both are ISO 8601 texts. */
export function formatAge(since: string, now: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(now) - Date.parse(since)) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}

/** `2026-11-23 17:00`, in UTC, to the minute. */
export const formatMinute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

const formatField = (name: string, value: string): string => `  ${styleText('gray', name.padEnd(11))} ${value}`;

const formatLease = ({ lease }: TargetStatus): string[] => {
  if (lease === 'free') return [];
  if (lease === 'unknown') return [formatField('lease', 'unknown: the table does not answer')];
  return [formatField('lease', `${formatLeaseHolder(lease.holder)}, until ${formatTime(lease.until)} at most`)];
};

const formatHooks = ({ waiting = [], readAt }: TargetStatus): string[] =>
  waiting.map((hook) => formatField('hook', styleText('yellow', formatWait(hook, Date.parse(readAt)))));

/** One line for each other user of the service's task definition family, such as a schedule, that runs another revision than the service. */
const formatOthers = ({ others = [], taskDefinition }: TargetStatus): string[] => {
  if (typeof others === 'string') return [formatField('others', `unknown: ${others}`)];
  return others.map((other) => formatField('others', formatUserOfOtherRevision(other, taskDefinition)));
};

/** How far the rest of a wrapped field is indented below its name. A deeper indentation would leave no room for a digest in 80 columns. */
const fieldIndent = 2;

/**
 * Formats a target's status for people: the running revision and its start, its images and their origin, and the deployment in progress. `columns`: the width
 * of the terminal; endless without a terminal.
 */
export function formatTargetStatus(status: TargetStatus, columns = Number.POSITIVE_INFINITY): string[] {
  const { target, taskDefinition, since, readAt, images, release, rollingOut, deployments } = status;
  const state = rollingOut ? styleText('yellow', 'rolling out') : styleText('green', 'steady');
  const lines = [
    `${styleText('bold', target)}  ${parseRevisionName(taskDefinition)}, ${state}, since ${formatMinute(since)} UTC (${formatAge(since, readAt)})`,
    ...images.map(({ name, image }) => formatField(name, image)),
    ...Object.entries(release).map(([name, value]) => formatField(name, value)),
    ...formatTaskBars(deployments).map((bar) => formatField('tasks', bar)),
    ...formatHooks(status),
    ...formatLease(status),
    ...formatOthers(status),
  ];
  return lines.map((line) => wrapText(shortenArnsForPeople(line), columns, fieldIndent));
}
