import { byUs, type Finding, failed, subject } from './finding.ts';
import { type Look, newerIn } from './observation.ts';

/** A watched alarm went off. With a newer deployment on its way nobody knows whose fault that is. */
export function alarmed(look: Look): Finding | undefined {
  if (look.fired.length === 0 || newerIn(look) !== undefined) return undefined;
  const by = byUs(look);
  const what = by === 'gantry' ? 'failed and is rolled back' : 'failed';
  return failed(`${subject(look)} ${what}: ${alarmNames(look.fired.map(({ name }) => name))} went to ALARM.`, by);
}

/** Alarm names as a part of a sentence: `alarm web-5xx` or `alarms a, b`; ECS does not always name the one that it means. */
export const alarmNames = (names: string[]): string => {
  if (names.length === 0) return 'an alarm';
  return `${names.length === 1 ? 'alarm' : 'alarms'} ${names.join(', ')}`;
};
