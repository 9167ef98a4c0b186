import { z } from 'zod';
import type { EventBridgeEvent } from '../local/cloud.ts';
import type { Colour, ProgressLine } from './progress-line.ts';

const shortName = (arnOrText: string): string => arnOrText.split('/').at(-1) ?? arnOrText;

const textSchema = z.string().catch('');
const actionSchema = z.object({ stage: textSchema, action: textSchema, state: textSchema });
const taskSchema = z.object({
  lastStatus: textSchema,
  taskArn: textSchema,
  taskDefinitionArn: textSchema,
  stoppedReason: textSchema,
  containers: z.array(z.object({ exitCode: z.number().optional() })).catch([]),
});
const deploymentSchema = z.object({ eventName: textSchema, reason: textSchema });

const chooseColour = (state: string): Colour => {
  if (/FAIL|STOPPED|ABANDON/.test(state)) return 'red';
  return /SUCCE|COMPLETED|RUNNING|STEADY/.test(state) ? 'green' : 'cyan';
};

/** Formats each kind of event that is shown. */
const eventFormatters: Record<string, (event: EventBridgeEvent) => ProgressLine | undefined> = {
  'CodePipeline Action Execution State Change': ({ detail }) => {
    const { stage, action: name, state } = actionSchema.parse(detail);
    return { who: 'pipeline', what: `${stage} › ${name} ${state.toLowerCase()}`, colour: chooseColour(state) };
  },
  'ECS Task State Change': ({ account, detail }) => {
    const { lastStatus, taskArn, taskDefinitionArn, stoppedReason, containers } = taskSchema.parse(detail);
    if (lastStatus !== 'RUNNING' && lastStatus !== 'STOPPED') return undefined;
    const codes = containers.flatMap(({ exitCode }) => exitCode ?? []);
    const why =
      lastStatus === 'STOPPED' ? `: ${stoppedReason}${codes.length > 0 ? ` (exit ${codes.join(', ')})` : ''}` : '';
    const what = `task ${shortName(taskArn).slice(0, 8)} of ${shortName(taskDefinitionArn)} ${lastStatus.toLowerCase()}${why}`;
    return { who: account, what, colour: lastStatus === 'RUNNING' ? 'green' : 'gray' };
  },
  'ECS Deployment State Change': ({ account, detail }) => {
    const { eventName, reason } = deploymentSchema.parse(detail);
    return { who: account, what: reason || eventName, colour: chooseColour(eventName) };
  },
};

/** Returns the line for an event of the bus; undefined for an event that is not shown. */
export const describeBusEvent = (event: EventBridgeEvent): ProgressLine | undefined =>
  eventFormatters[event['detail-type']]?.(event);
