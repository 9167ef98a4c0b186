import { styleText } from 'node:util';
import { revisionName } from '../core/parsing/arn.ts';
import { barsOf } from './bars.ts';
import type { Standing } from './standing.ts';

/** How long ago, in the one unit that says it best. */
export function ago(since: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}

/** `2026-11-23 17:00`, in UTC, to the minute. */
export const minuteOf = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

const fact = (name: string, value: string): string => `  ${styleText('gray', name.padEnd(11))} ${value}`;

const leaseFacts = ({ lease }: Standing): string[] => {
  if (lease === 'free') return [];
  if (lease === 'unknown') return [fact('lease', 'unknown: the table does not answer')];
  return [fact('lease', `${lease.holder} is changing the service, until ${lease.until} at most`)];
};

/** A target's standing for people: what runs and since when, its images, where they come from, and what is going on. */
export function standingLines(standing: Standing, now: Date): string[] {
  const { target, taskDefinition, since, images, release, rollingOut, deployments } = standing;
  const state = rollingOut ? styleText('yellow', 'rolling out') : styleText('green', 'steady');
  return [
    `${styleText('bold', target)}  ${revisionName(taskDefinition)}, ${state}, since ${minuteOf(since)} UTC (${ago(since, now)})`,
    ...images.map(({ name, image }) => fact(name, image)),
    ...Object.entries(release).map(([name, value]) => fact(name, value)),
    ...barsOf(deployments).map((bar) => fact('tasks', bar)),
    ...leaseFacts(standing),
  ];
}
