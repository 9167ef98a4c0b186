import { styleText } from 'node:util';

export type Colour = 'green' | 'red' | 'cyan' | 'gray' | 'yellow' | 'reset';

/** A line of the demo's output: what happened, and who reported it. */
export interface ProgressLine {
  who: string;
  what: string;
  colour: Colour;
}

const [timeWidth, reporterWidth] = [6, 14];

/** Minutes and seconds since the start, as `1:05`. */
export const formatElapsed = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

/** The printed line: the time since the start if there is one, the reporter, and what happened; in colour if the output is a terminal. */
export const formatProgressLine = ({ who, what, colour }: ProgressLine, ms?: number): string => {
  const time = (ms === undefined ? '' : formatElapsed(ms)).padStart(timeWidth);
  return `${styleText('gray', time)}  ${who.padEnd(reporterWidth)}${styleText(colour, what)}`;
};
