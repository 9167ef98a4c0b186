import { chooseRollbackActor, type Finding, failedFinding, formatOurDeployment } from './finding.ts';
import { findNewerDeployment, type RolloutObservation } from './observation.ts';

/** A watched alarm went off. With a newer deployment on its way nobody knows whose fault that is. */
export function checkAlarms(look: RolloutObservation): Finding | undefined {
  if (look.fired.length === 0 || findNewerDeployment(look) !== undefined) return undefined;
  const by = chooseRollbackActor(look);
  const what = by === 'gantry' ? 'failed and is rolled back' : 'failed';
  return failedFinding(
    `${formatOurDeployment(look)} ${what}: ${formatAlarmNames(look.fired.map(({ name }) => name))} went to ALARM.`,
    by,
  );
}

/** Alarm names as a part of a sentence: `alarm web-5xx` or `alarms a, b`; ECS does not always name the one that it means. */
export const formatAlarmNames = (names: string[]): string => {
  if (names.length === 0) return 'an alarm';
  return `${names.length === 1 ? 'alarm' : 'alarms'} ${names.join(', ')}`;
};
