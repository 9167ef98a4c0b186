import type { AwsService, Cloud } from './cloud.ts';
import { apiDestinationOperations } from './events/api-destinations.ts';
import { type EventDeadLetter, getBus, getBuses } from './events/bus.ts';
import { busOperations } from './events/bus-operations.ts';
import { routeEvent } from './events/deliver.ts';
import { ruleOperations } from './events/rule-operations.ts';
import { targetOperations } from './events/target-operations.ts';

/** EventBridge: the default bus of every account and Region, which receives every event that the cloud publishes. */
export function events(cloud: Cloud): AwsService {
  const buses = getBuses(cloud);
  cloud.eventListeners.push((event) => routeEvent(buses, getBus(buses, event), event));
  return {
    name: 'events',
    protocol: 'json',
    operations: {
      ...ruleOperations(buses),
      ...targetOperations(buses),
      ...busOperations(buses),
      ...apiDestinationOperations(cloud),
    },
  };
}

/** Returns the undelivered events. The emulator keeps all of them here, even if their target names a dead-letter queue. */
export const getDeadLetters = (cloud: Cloud): EventDeadLetter[] => getBuses(cloud).deadLetters;
