import type { InstalledService } from '../../aws/installed-service.ts';
import { isScalingAction, isScalingAlarmName } from '../../core/config/scaling-alarms.ts';

/** A problem of a running service. `policy` is the service itself unless another place is named. */
export interface ServiceProblem {
  says: string;
  policy?: string;
  statement: string;
  fix: string;
}

/** An alarm of a scaling policy goes to ALARM as part of normal scaling, and would roll back healthy releases. */
function findScalingAlarmProblem(alarms: InstalledService['alarms']): ServiceProblem | undefined {
  const scaling = alarms
    .filter(({ name, actions = [] }) => isScalingAlarmName(name) || actions.some(isScalingAction))
    .map(({ name }) => name);
  if (scaling.length === 0) return undefined;
  return {
    says: `${scaling.join(', ')} belongs to a scaling policy: it goes to ALARM as part of normal scaling, and healthy releases would be rolled back`,
    statement: `alarm ${scaling.join(', ')}`,
    fix: "take it out of the service's alarms (in the configuration, or in its deploymentConfiguration), and name an alarm that reports errors",
  };
}

/** Returns what is wrong with the alarms of a service, if anything is. */
export function findAlarmProblem(alarms: InstalledService['alarms']): ServiceProblem | undefined {
  const scaling = findScalingAlarmProblem(alarms);
  if (scaling !== undefined) return scaling;
  const ringing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  const absent = alarms.filter(({ state }) => state === undefined).map(({ name }) => name);
  if (ringing.length > 0)
    return {
      says: `in ALARM already: ${ringing.join(', ')}; a deployment would not watch it, and if ECS watches it, ECS ignores all alarms of the deployment`,
      statement: `alarm ${ringing.join(', ')}`,
      fix: 'find out why before you deploy',
    };
  if (absent.length === 0) return undefined;
  return {
    says: `there is no alarm ${absent.join(', ')}: no deployment can watch it`,
    statement: `alarm ${absent.join(', ')}`,
    fix: 'create it, or remove it from the configuration',
  };
}
