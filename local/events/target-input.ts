import { AwsError } from '../aws-error.ts';
import type { EventBridgeEvent } from '../cloud.ts';
import type { RuleTarget } from './bus.ts';

/** The supported JSON paths, such as `$` or `$.detail.containers[0].name`. */
const coveredPath = /^\$(\.[\w-]+|\[\d+\])*$/;

/** Throws ValidationException for a path that the emulator does not support. */
export function checkInputPath(path: string): void {
  if (!coveredPath.test(path))
    throw new AwsError('ValidationException', `InputPath ${path} is not a path that is covered`);
}

/** Returns the value at a path of an event, or an empty object. */
export function valueAt(event: unknown, path: string): unknown {
  const names = path.match(/[\w-]+/g) ?? [];
  let value = event;
  for (const name of names)
    value = typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : {};
  return value;
}

/** Fills in each `<name>` of a template: inside quotes as plain text, elsewhere as JSON (…/userguide/eb-transform-target-input.html). */
function transformInput(
  event: EventBridgeEvent,
  { InputPathsMap = {}, InputTemplate }: NonNullable<RuleTarget['InputTransformer']>,
) {
  let quoted = false;
  return InputTemplate.replace(/"|<([\w.-]+)>/g, (found, name?: string) => {
    if (name === undefined) {
      quoted = !quoted;
      return found;
    }
    const from = InputPathsMap[name];
    const value = name === 'aws.events.event' ? event : from === undefined ? undefined : valueAt(event, from);
    const json = JSON.stringify(value ?? '');
    if (!quoted) return json;
    return typeof value === 'string' ? json.slice(1, -1) : JSON.stringify(json).slice(1, -1);
  });
}

/** Returns the input text that a target gets for an event. */
export function buildTargetInput(target: RuleTarget, event: EventBridgeEvent): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath));
  if (target.InputTransformer !== undefined) return transformInput(event, target.InputTransformer);
  return JSON.stringify(event);
}
