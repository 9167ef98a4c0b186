import type { TargetConfig } from '../../core/config/check.ts';
import type { ServiceSettings } from '../../core/config/service-settings.ts';
import { findScheduleProblems, findScheduleWarnings } from '../../core/schedule/problems.ts';
import type { Check } from './check-result.ts';
import type { DoctorFacts, LookupResult } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';
import type { InspectedSchedules } from './target-facts.ts';

const readSchedules =
  (name: string) =>
  ({ schedules }: DoctorFacts): LookupResult<InspectedSchedules> =>
    schedules.get(name) ?? { unread: 'the schedules were not read' };

/** Checks of the schedules of a service, as Check Target does them before a release; none if the configuration names no schedules. */
export function scheduleChecks(target: TargetConfig, service: ServiceSettings): Check[] {
  if (service.schedules.length === 0) return [];
  const name = `${target.name}/${service.name}`;
  const check = (title: string, fix: string, find: (found: InspectedSchedules) => string[]): Check =>
    createResourceCheck({
      link: 'ECS',
      about: target.name,
      title,
      onlyLive: true,
      read: readSchedules(name),
      wrong: (found) => {
        const sentences = find(found);
        if (sentences.length === 0) return undefined;
        const policy = `schedules of ${name}: ${service.schedules.join(', ')}`;
        return { says: sentences.join(' '), policy, statement: 'schedules', fix };
      },
    });
  return [
    check(
      `the schedules of ${name} can run its next revision`,
      'correct what each sentence names',
      ({ facts, rules }) => findScheduleProblems(facts, rules),
    ),
    check(
      `the schedules of ${name} name a revision`,
      'name a revision in the schedule once, and Gantry moves it from then on; or take it out of schedules',
      ({ facts, rules }) => findScheduleWarnings(facts, rules),
    ),
  ];
}
