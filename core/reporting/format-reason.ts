import type { LogTail } from '../model/log-tail.ts';
import { shortenArns } from '../parsing/display-text.ts';

const formatLogTail = ({ container, task, lines }: LogTail): string[] => [
  `The log of ${container} in task ${shortenArns(task)} ends with:`,
  ...lines.map((line) => `  ${line}`),
];

/** Returns the reason's first sentence, then the service's status, the details, and the end of the failed container's log. */
export const formatReason = ({ reason, log }: { reason: string; log?: LogTail | undefined }, where: string): string => {
  const [first = '', ...details] = reason.split('\n');
  return [first, where, ...details, ...(log === undefined ? [] : formatLogTail(log))].join('\n');
};
