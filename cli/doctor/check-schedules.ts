import type { TargetConfig } from '../../core/config/check.ts';
import type { ServiceSettings } from '../../core/config/service-settings.ts';
import { findScheduleProblems, findScheduleWarnings } from '../../core/schedule/problems.ts';
import { scheduleServices } from '../../core/service/session-policy.ts';
import { listScheduleArns } from '../../infra/policies-schedules.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import type { Check } from './check-result.ts';
import type { DoctorFacts, LookupResult } from './facts.ts';
import type { IamRequest } from './iam-request.ts';
import { createResourceCheck } from './resource-check.ts';
import { createServiceCheck } from './service-check.ts';
import type { InspectedSchedules } from './target-facts.ts';

const readSchedules =
  (name: string) =>
  ({ schedules }: DoctorFacts): LookupResult<InspectedSchedules> =>
    schedules.get(name) ?? { unread: 'the schedules were not read' };

/** Checks of the schedules of a service. Check Target makes the same checks before a release. Returns none if the configuration names no schedules. */
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

/** Returns the requests that Move Schedules sends to AWS. */
function listScheduleRequests(
  target: TargetConfig,
  service: ServiceSettings,
): Pick<IamRequest, 'actions' | 'on' | 'context'>[] {
  const named = target.services.filter(({ name }) => name === service.name);
  const { schedules, rules, roles } = listScheduleArns({ ...target, services: named });
  return [
    { actions: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'], on: schedules },
    { actions: ['events:ListTargetsByRule', 'events:PutTargets'], on: rules },
    ...scheduleServices.map((to) => ({
      actions: ['iam:PassRole'],
      on: roles,
      context: { 'iam:PassedToService': to },
    })),
  ].filter(({ on }) => on.length > 0);
}

/** Checks whether the role of the target allows the requests of Move Schedules. Returns no check if the configuration names no schedules. */
export function moveScheduleChecks(system: SystemDeclaration, target: TargetConfig, service: ServiceSettings): Check[] {
  if (service.schedules.length === 0) return [];
  const { sessionFor, check } = createServiceCheck(system, target, service);
  const session = sessionFor({ access: 'move schedules', passRoles: service.scheduleRoles });
  const requests = listScheduleRequests(target, service).map((request) => ({ ...request, session }));
  return [check('ECS', `read and write the schedules of ${service.name}`, requests)];
}
