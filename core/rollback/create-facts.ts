import type { Config } from '../config/check.ts';
import {
  areEventsForwarded,
  configuredAlarms,
  findConfiguredService,
  mayRollBackForeignDeployments,
} from '../config/targets.ts';
import type { Target } from '../model/release.ts';
import type { RollbackCause } from '../model/rollback-cause.ts';
import { defaultTimeoutMinutes } from '../request/fields.ts';
import type { ObservedService } from '../rollout/observation.ts';
import { type AlarmFacts, alarmsToWatch } from '../service/alarms.ts';
import type { PastDeployment } from './deployment-history.ts';
import { isAlarmFiring, type RollbackFacts } from './facts.ts';

/** What to read before Decide Rollback decides: the service, the revision that a request names, and alarms. */
export const createServiceHistoryQuery = (target: Target, cause: RollbackCause | undefined, config: Config) => ({
  target,
  revision: cause?.kind === 'hand' ? cause.revision : undefined,
  alarms: [...new Set([...configuredAlarms(config, target), ...(cause?.kind === 'alarm' ? [cause.name] : [])])],
});

/** The data that was read. `alarms`: the states of the named alarms. */
interface ServiceHistoryFacts
  extends Pick<RollbackFacts, 'target' | 'service' | 'newest' | 'deployments' | 'entries' | 'revisions'> {
  alarms: AlarmFacts['states'];
}

/** The facts for a decision: the data that was read, the cause, and the service's configuration. */
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
    alarming: cause.kind === 'alarm' && isAlarmFiring(states, cause.name),
    alarms: alarmsToWatch({ ecs: [], configured: configuredAlarms(config, seen.target), states }),
  };
}

/** For a service without a history: the newest deployment as its list of deployments describes it. */
function describePrimary({ deployments }: ObservedService): PastDeployment | undefined {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined) return undefined;
  const { id, createdAt, taskDefinition, rolloutState } = primary;
  return { arn: id, status: toHistoryStatus(rolloutState), createdAt, taskDefinition, images: [] };
}

/** botocore ecs `DeploymentRolloutState` as a status of the history; a service behind a Classic Load Balancer has none. */
const toHistoryStatus = (rolloutState: string | undefined): string => {
  if (rolloutState === 'FAILED') return 'STOPPED';
  return rolloutState === 'IN_PROGRESS' ? 'IN_PROGRESS' : 'SUCCESSFUL';
};
