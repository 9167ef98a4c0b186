import { chooseRollbackActor, createFailedFinding, type Finding, formatOurDeployment } from './finding.ts';
import { findNewerDeployment, type RolloutObservation } from './observation.ts';

/** Checks whether a watched alarm is in ALARM. If a newer deployment is in progress, the cause of the alarm is not certain to be our deployment. */
export function checkAlarms(observation: RolloutObservation): Finding | undefined {
  if (observation.fired.length === 0 || findNewerDeployment(observation) !== undefined) return undefined;
  const by = chooseRollbackActor(observation);
  const what = by === 'gantry' ? 'failed and is rolled back' : 'failed';
  return createFailedFinding(
    `${formatOurDeployment(observation)} ${what}: ${formatAlarmNames(observation.fired.map(({ name }) => name))} went to ALARM.`,
    by,
  );
}

/** Alarm names as part of a sentence: `alarm web-5xx` or `alarms a, b`; ECS does not always name the alarm that stopped a deployment. */
export const formatAlarmNames = (names: string[]): string => {
  if (names.length === 0) return 'an alarm';
  return `${names.length === 1 ? 'alarm' : 'alarms'} ${names.join(', ')}`;
};
