import { styleText } from 'node:util';
import { wrapText } from '../cli/wrap-text.ts';

export type Colour = 'green' | 'red' | 'cyan' | 'gray' | 'yellow' | 'reset';

/** A line of the demo's output: the event, and its reporter. */
export interface ProgressLine {
  who: string;
  what: string;
  colour: Colour;
}

const [timeWidth, reporterWidth] = [6, 14];

/** Minutes and seconds since the start, as `1:05`. */
export const formatElapsed = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

/** The reporter and its report. Further lines are indented. The text is in colour if the output is a terminal of `columns` columns. */
export const formatReport = ({ who, what, colour }: ProgressLine, columns: number): string =>
  `${who.padEnd(reporterWidth)}${wrapText(styleText(colour, what), columns, reporterWidth)}`;

/** The same line after the time since the start, in ms. */
export function formatProgressLine(line: ProgressLine, columns: number, ms: number): string {
  const time = `${styleText('gray', formatElapsed(ms).padStart(timeWidth))}  `;
  const indent = timeWidth + 2;
  return time + formatReport(line, columns - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
