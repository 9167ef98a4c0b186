import type { InProcessSystem } from '../../local/run/in-process-system.ts';
import { configuredAlarm, services } from './config.ts';
import type { ChaosPlan } from './plan.ts';

/** The alarm in the service's own deployment configuration. */
export const ownAlarm = (index: number): string => `own-${index}`;

/** The alarms that concern a service: the alarms that the configuration names, and the alarms that the service itself names. */
export const alarmsOf = ({ services: planned }: ChaosPlan, index: number): string[] => [
  ...(index === 0 ? [configuredAlarm] : []),
  ...((planned[index]?.alarm ?? 'none') === 'none' ? [] : [ownAlarm(index)]),
];

/** Creates an alarm with the dimensions of a service. Alarms of scaling policies have these dimensions, too. */
export async function createAlarm({ admin }: InProcessSystem, index: number, AlarmName: string): Promise<void> {
  const { account, cluster, name } = services[index]!;
  const Dimensions = [
    { Name: 'ClusterName', Value: cluster },
    { Name: 'ServiceName', Value: name },
  ];
  const watched = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions, Period: 60, Statistic: 'Average' };
  const when = { EvaluationPeriods: 1, Threshold: 90, ComparisonOperator: 'GreaterThanThreshold' };
  await admin(account)('monitoring', 'PutMetricAlarm', { AlarmName, ...watched, ...when });
}

/** How long an alarm stays in ALARM, in ms. */
const alarmMs = 120_000;

/** Puts an alarm into ALARM, for two minutes. */
export async function fireAlarm({ admin, clock }: InProcessSystem, index: number, AlarmName: string): Promise<void> {
  const set = async (StateValue: 'ALARM' | 'OK') => {
    await admin(services[index]!.account)('monitoring', 'SetAlarmState', {
      AlarmName,
      StateValue,
      StateReason: 'Tested.',
    });
  };
  await set('ALARM');
  clock.after(alarmMs, () => void clock.freezeDuring(set('OK')));
}
