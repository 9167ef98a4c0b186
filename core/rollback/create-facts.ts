import type { Config } from '../config/check.ts';
import {
  areEventsForwarded,
  findConfiguredService,
  listConfiguredAlarms,
  mayRollBackForeignDeployments,
} from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { RollbackCause } from '../model/rollback-cause.ts';
import { defaultTimeoutMinutes } from '../request/fields.ts';
import type { ObservedService } from '../rollout/observation.ts';
import { type AlarmFacts, chooseAlarmsToWatch } from '../service/alarms.ts';
import type { PastDeployment } from './deployment-history.ts';
import { mayAlarmBeFiring, type RollbackFacts } from './facts.ts';

/** Returns what to read before Decide Rollback decides: the service, the revision that a request names, and alarms. */
export const createRollbackFactsQuery = (target: Target, cause: RollbackCause | undefined, config: Config) => ({
  target,
  revision: cause?.kind === 'hand' ? cause.revision : undefined,
  alarms: [...new Set([...listConfiguredAlarms(config, target), ...(cause?.kind === 'alarm' ? [cause.name] : [])])],
});

/** The data that was read. `alarms`: the states of the named alarms. */
interface ServiceHistoryFacts
  extends Pick<RollbackFacts, 'target' | 'service' | 'newest' | 'deployments' | 'entries' | 'revisions'> {
  alarms: AlarmFacts['states'];
}

/** Returns the facts for a decision: the data that was read, the cause, and the service's configuration. */
export function createRollbackFacts(
  seen: ServiceHistoryFacts,
  cause: RollbackCause,
  { config, now }: { config: Config; now: Date },
): RollbackFacts {
  const states = seen.alarms;
  return {
    ...seen,
    newest: seen.newest ?? describePrimary(seen.service),
    now,
    cause,
    mayRollBackForeign: mayRollBackForeignDeployments(config, seen.target),
    woken: areEventsForwarded(config, seen.target),
    timeoutMinutes: findConfiguredService(config, seen.target.name)?.service.timeoutMinutes ?? defaultTimeoutMinutes,
    alarming: cause.kind === 'alarm' && mayAlarmBeFiring(states, cause.name),
    alarms: chooseAlarmsToWatch({ ecs: [], configured: listConfiguredAlarms(config, seen.target), states }),
  };
}

/** Returns the newest deployment from the service's own list of deployments, for a service without a history. */
function describePrimary({ deployments }: ObservedService): PastDeployment | undefined {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined) return undefined;
  const { id, createdAt, taskDefinition, rolloutState } = primary;
  return { arn: id, status: toHistoryStatus(rolloutState), createdAt, taskDefinition, images: [] };
}

/** Converts a rollout state (botocore ecs `DeploymentRolloutState`) to a status of the history. A service behind a Classic Load Balancer has no rollout state. */
const toHistoryStatus = (rolloutState: string | undefined): string => {
  if (rolloutState === 'FAILED') return 'STOPPED';
  return rolloutState === 'IN_PROGRESS' ? 'IN_PROGRESS' : 'SUCCESSFUL';
};
