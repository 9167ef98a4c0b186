import type { InstalledService } from '../../aws/installed-service.ts';
import { readConfiguredSchedules } from '../../aws/schedule-facts.ts';
import { type ConfiguredSchedules, predictReleasedRevision } from '../../core/schedule/rules.ts';
import { lookUp } from './lookup.ts';
import type { LookupResult } from './role-facts.ts';
import type { InspectedSchedules } from './target-facts.ts';

/** Reads the schedules of a service with the viewer role, and asks IAM whether their roles can run the next revision. */
export async function inspectSchedules(
  configured: ConfiguredSchedules,
  service: LookupResult<InstalledService> | undefined,
  now: Date,
): Promise<LookupResult<InspectedSchedules>> {
  const { target } = configured.rules;
  if (service === undefined || !('found' in service)) return service ?? { unread: 'the service was not read' };
  const { revision = '', roles } = service.found;
  const question = {
    target,
    revision: predictReleasedRevision({ base: { from: 'service' } }, revision),
    taskRoles: [...new Set(roles)],
  };
  const reader = { session: { execution: 'doctor', access: 'view schedules' as const }, now };
  const [, , , , account = ''] = target.roleArn.split(':');
  return lookUp({ thing: `schedules of ${target.name}`, account }, () =>
    readConfiguredSchedules(configured, question, reader),
  );
}
