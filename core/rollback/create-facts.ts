import type { Config } from '../config/check.ts';
import { areEventsForwarded, configuredAlarms, findConfiguredService } from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { RollbackCause } from '../model/rollback-cause.ts';
import { defaultTimeoutMinutes } from '../request/fields.ts';
import { type AlarmFacts, alarmsToWatch } from '../service/alarms.ts';
import { isAlarmFiring, type RollbackFacts } from './facts.ts';

/** What to look at before it is decided how to go back: the service, the revision that was asked for by name, and alarms. */
export const createServiceHistoryQuery = (target: Target, cause: RollbackCause | undefined, config: Config) => ({
  target,
  revision: cause?.kind === 'hand' ? cause.revision : undefined,
  alarms: [...new Set([...configuredAlarms(config, target), ...(cause?.kind === 'alarm' ? [cause.name] : [])])],
});

/** What was seen then. `alarms`: how the named ones stand. */
interface ServiceHistoryFacts extends Pick<RollbackFacts, 'target' | 'service' | 'newest' | 'successes' | 'revisions'> {
  alarms: AlarmFacts['states'];
}

/** The facts that a decision is made of: what was seen, why, and what the configuration says of the service. */
export function createRollbackFacts(
  seen: ServiceHistoryFacts,
  cause: RollbackCause,
  { config, now }: { config: Config; now: Date },
): RollbackFacts {
  const states = seen.alarms;
  return {
    ...seen,
    now,
    cause,
    woken: areEventsForwarded(config, seen.target),
    timeoutMinutes: findConfiguredService(config, seen.target.name)?.service.timeoutMinutes ?? defaultTimeoutMinutes,
    alarming: cause.kind === 'alarm' && isAlarmFiring(states, cause.name),
    alarms: alarmsToWatch({ ecs: [], configured: configuredAlarms(config, seen.target), states }),
  };
}
