import type { Config } from '../config/check.ts';
import { findConfiguredService } from '../config/targets.ts';
import type { Release, Target } from '../model/release.ts';
import { parseRevisionNumber } from '../task-definition/raw.ts';
import type { ScheduleRules } from './problems.ts';

/** The schedules that the configuration names for a service, and the rules for them. */
export interface ConfiguredSchedules {
  schedules: string[];
  rules: ScheduleRules;
}

/** Returns the configured schedules of a target, with their rules; undefined if the configuration names none. */
export function findConfiguredSchedules(
  config: Config,
  target: Target,
  stage?: string,
): ConfiguredSchedules | undefined {
  const service = findConfiguredService(config, target.name, stage)?.service;
  const [family] = service?.families ?? [];
  if (service === undefined || family === undefined || service.schedules.length === 0) return undefined;
  return { schedules: service.schedules, rules: { target, family, roles: service.scheduleRoles } };
}

/** Predicts the revision that a release will deploy, before it is registered: the named revision, or the next revision after the running one. */
export const predictReleasedRevision = ({ base }: Pick<Release, 'base'>, running: string): string =>
  base.from === 'revision'
    ? running.replace(/[^/]+$/, base.taskDefinition.split('/').at(-1) ?? '')
    : running.replace(/:\d+$/, `:${parseRevisionNumber(running) + 1}`);
