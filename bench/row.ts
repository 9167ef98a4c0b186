import { stripVTControlCharacters } from 'node:util';
import type { ExpectedVerdict } from './scenarios.ts';

/** What a deployer said of a release. `ends`: how its program ended; absent where it had not ended within the limit. */
export interface DeployerReport {
  says: ExpectedVerdict | 'gave up';
  /** In ms: when it was clear to the deployer, and when its program was over. */
  verdictAt: number;
  endedAt?: number | undefined;
  exit?: string | undefined;
  /** Of Gantry: the end of its first look at the rollout. From then on it only waits. */
  lookedAt?: number | undefined;
  reason: string;
  /** The reason as it was given, before it was cut for the table. */
  fullReason?: string;
}

/** What was counted of one cell. The last three are of Gantry only. */
export interface CellCounts {
  calls: number;
  operations: Record<string, number>;
  invocations?: number;
  transitions?: number;
  gigabyteSeconds?: number;
}

/** One measured cell of the table. */
export interface Row extends CellCounts {
  scenario: string;
  deployer: string;
  /** Why there is nothing: not run, could not be run, or no verdict within the limit. */
  nothing?: string;
  exit?: string;
  verdict?: string;
  /** Absent of one that gave up. */
  right?: boolean;
  /** From the fact being visible to the verdict, and to the program's end; negative: before ECS itself said so. */
  late?: number;
  lateEnd?: number;
  reason?: string;
  callsPerMinute?: number;
  /** Of Gantry: from the end of its first look until the verdict. */
  callsPerMinuteWaiting?: number;
  endedOn: string;
  /** It was there for some scenarios only. */
  unscored?: boolean;
}

const supersededPattern =
  /supersed|usurp|newer (release|deployment|revision|task definition)|another (release|deployment)|taken over/i;
/** Not a health check that ECS says has timed out: `(reason Request timed out)` is the release's failure (ECS troubleshooting, service event messages). */
const gaveUpPattern = /TimeoutError|Max attempts exceeded|(?<!Request )timed out/i;

/** What a program's ending means: the code alone says success, its last lines say which failure. */
export function classifyOutput(success: boolean, output: string): DeployerReport['says'] {
  if (success) return 'success';
  const words = lastLines(output);
  if (gaveUpPattern.test(words)) return 'gave up';
  return supersededPattern.test(words) ? 'superseded' : 'failure';
}

const toSeconds = (ms: number): number => Math.round(ms / 100) / 10;

/** How late a deployer was, in seconds to one digit; nothing where the fact never became visible. */
export function measureLateness(said: DeployerReport, fact: number | undefined): Pick<Row, 'late' | 'lateEnd'> {
  if (fact === undefined) return {};
  const late = toSeconds(said.verdictAt - fact);
  return said.endedAt === undefined ? { late } : { late, lateEnd: toSeconds(said.endedAt - fact) };
}

/** A program's output without colours, its last three lines that say anything. */
const lastLines = (output: string): string =>
  stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' / ');

/** The last lines of a program's output, cut to so many characters. */
export const summarizeOutput = (output: string, longest?: number): string => truncateReason(lastLines(output), longest);

/** The beginning of a reason, on one line. */
export function truncateReason(text: string, longest = 90): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
