import type { Cloud, FaultHooks } from '../cloud.ts';
import type { EventFault, Fault } from './fault.ts';
import { createFaultCounter } from './fault-counter.ts';

const isEventFault = (fault: Fault): fault is EventFault => fault.to === 'event';

/** The longest delay of an event unless the fault sets one: enough time for other events to overtake it. */
const defaultDelaySeconds = 90;

/** Creates the hook of `cloud.publish`. */
export function createEventHook({ clock }: Cloud, schedule: Fault[]): FaultHooks['event'] {
  const due = createFaultCounter(schedule.filter(isEventFault));
  return (event, proceed) => {
    const text = `${event.source} ${event['detail-type']} ${JSON.stringify(event.detail)}`;
    const faults = due(text);
    const late = faults.find(({ what }) => what === 'late');
    if (faults.some(({ what }) => what === 'never')) return;
    const deliver = () =>
      late === undefined ? proceed() : void clock.after((late.seconds ?? defaultDelaySeconds) * 1000, proceed);
    deliver();
    if (faults.some(({ what }) => what === 'twice')) deliver();
  };
}
