import { createHash } from 'node:crypto';
import type { Caller } from '../policy-evaluator/caller.ts';
import { selectAnswers } from './assumptions/answers.ts';
import { formatEventTimes } from './assumptions/time-format.ts';
import { authorize } from './authorize.ts';
import { AwsError } from './aws-error.ts';
import type { Clock } from './clock.ts';
import type { AwsService, Call, Cloud } from './cloud.ts';
import { translateInputError } from './error-mapping.ts';
import { createIam } from './iam.ts';

/** Returns a generator of hexadecimal digits that depends only on the seed. */
function seededHex(seed: string): (digits: number) => string {
  let counter = 0;
  return (digits) => {
    let text = '';
    while (text.length < digits) text += createHash('sha256').update(`${seed}:${counter++}`).digest('hex');
    return text.slice(0, digits);
  };
}

/** Formats 32 hexadecimal digits as a version 4 UUID. */
const dashed = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

/**
 * Creates a cloud without services, accounts or endpoint. All its generated ids depend on `seed`; `answers` selects behaviours
 * that AWS does not document.
 */
export function createCloud(clock: Clock, seed = 'gantry', answers = selectAnswers()): Cloud {
  const hex = seededHex(seed);
  const cloud: Cloud = {
    clock,
    answers,
    iam: createIam(clock.now, hex),
    url: '',
    services: new Map<string, AwsService>(),
    authorizations: [],
    hex,
    uuid: () => dashed(hex(32)),
    random: () => Number.parseInt(hex(8), 16) / 2 ** 32,
    eventListeners: [],
    publish(newEvent) {
      const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
      for (const listen of cloud.eventListeners) {
        const event = formatEventTimes(cloud, { version: '0' as const, id: cloud.uuid(), time, ...newEvent });
        const deliver = () => listen(event);
        if (cloud.faultHooks === undefined) deliver();
        else cloud.faultHooks.event(event, deliver);
      }
    },
    invoke(service, operation, input, as) {
      const proceed = () => perform(cloud, { service, operation, input, ...as });
      return clock.freezeDuring(
        cloud.faultHooks === undefined ? proceed() : cloud.faultHooks.call({ service, operation, input, as }, proceed),
      );
    },
  };
  return cloud;
}

/** Performs one operation as a caller. The call came over the wire, or from another service. */
async function perform(
  cloud: Cloud,
  request: { service: string; operation: string; input: unknown; caller: Caller; region: string },
): Promise<unknown> {
  const operation = cloud.services.get(request.service)?.operations[request.operation];
  if (operation === undefined)
    throw new AwsError('NotCovered', `The embedded AWS does not cover ${request.service} ${request.operation}.`, 501);
  const call: Call = {
    cloud,
    caller: request.caller,
    region: request.region,
    operation: request.operation,
    allow: (action, resource, circumstances) =>
      authorize(call, request.service, { action, resource, ...circumstances }),
  };
  try {
    return await operation.run(request.input, call);
  } catch (error) {
    throw translateInputError(error, `${request.service} ${request.operation}`);
  }
}
