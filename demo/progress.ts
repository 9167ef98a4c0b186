import { styleText } from 'node:util';
import { z } from 'zod';
import type { BusEvent } from '../local/cloud.ts';

type Colour = 'green' | 'red' | 'cyan' | 'gray' | 'yellow';

/** One thing that happened, for a person: who says so, and what. */
export interface Line {
  who: string;
  what: string;
  colour: Colour;
}

const short = (arnOrText: string): string => arnOrText.split('/').at(-1) ?? arnOrText;

const word = z.string().catch('');
const action = z.object({ stage: word, action: word, state: word });
const task = z.object({
  lastStatus: word,
  taskArn: word,
  taskDefinitionArn: word,
  stoppedReason: word,
  containers: z.array(z.object({ exitCode: z.number().optional() })).catch([]),
});
const deployment = z.object({ eventName: word, reason: word });

const colourOf = (state: string): Colour => {
  if (/FAIL|STOPPED|ABANDON/.test(state)) return 'red';
  return /SUCCE|COMPLETED|RUNNING|STEADY/.test(state) ? 'green' : 'cyan';
};

/** What each kind of event says in one line; kinds that are not here are not shown. */
const kinds: Record<string, (event: BusEvent) => Line | undefined> = {
  'CodePipeline Action Execution State Change': ({ detail }) => {
    const { stage, action: name, state } = action.parse(detail);
    return { who: 'pipeline', what: `${stage} › ${name} ${state.toLowerCase()}`, colour: colourOf(state) };
  },
  'ECS Task State Change': ({ account, detail }) => {
    const { lastStatus, taskArn, taskDefinitionArn, stoppedReason, containers } = task.parse(detail);
    if (lastStatus !== 'RUNNING' && lastStatus !== 'STOPPED') return undefined;
    const codes = containers.flatMap(({ exitCode }) => exitCode ?? []);
    const why =
      lastStatus === 'STOPPED' ? `: ${stoppedReason}${codes.length > 0 ? ` (exit ${codes.join(', ')})` : ''}` : '';
    const what = `task ${short(taskArn).slice(0, 8)} of ${short(taskDefinitionArn)} ${lastStatus.toLowerCase()}${why}`;
    return { who: account, what, colour: lastStatus === 'RUNNING' ? 'green' : 'gray' };
  },
  'ECS Deployment State Change': ({ account, detail }) => {
    const { eventName, reason } = deployment.parse(detail);
    return { who: account, what: reason || eventName, colour: colourOf(eventName) };
  },
};

/** The line for an event of the bus; undefined for those that a person can do without. */
export const lineOf = (event: BusEvent): Line | undefined => kinds[event['detail-type']]?.(event);

/** Minutes and seconds since the beginning, as `1:05`. */
export const elapsed = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

/** The printed line: elapsed time, who, what; in colour where the output is a terminal. */
export const printed = ({ who, what, colour }: Line, ms: number): string =>
  `${styleText('gray', elapsed(ms).padStart(6))}  ${who.padEnd(14)}${styleText(colour, what)}`;
