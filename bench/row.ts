import { stripVTControlCharacters } from 'node:util';
import type { ExpectedVerdict } from './scenarios.ts';

/** A deployer's report about a release. `exit`: how its program ended; absent if it did not end within the limit. */
export interface DeployerReport {
  verdict: ExpectedVerdict | 'gave up';
  /** When the deployer reached its verdict, and when its program ended, in ms. */
  verdictAt: number;
  endedAt?: number | undefined;
  exit?: string | undefined;
  /** Only for Gantry: the end of its first check of the rollout. After this check, Gantry only waits. */
  firstCheckAt?: number | undefined;
  reason: string;
  /** The reason as the deployer gave it, before the table shortened it. */
  fullReason?: string;
}

/** The counts of one cell. Only Gantry has the last three. */
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
  /** Why there is no verdict: the deployer was not run, could not be run, or gave no verdict within the limit. */
  nothing?: string;
  exit?: string;
  verdict?: string;
  /** Absent if the deployer gave up. */
  right?: boolean;
  /** Seconds from the time when the fact became visible in ECS to the verdict, and to the program's end. Negative if the deployer was earlier than ECS. */
  late?: number;
  lateEnd?: number;
  reason?: string;
  callsPerMinute?: number;
  /** Only for Gantry: from the end of its first check until the verdict. */
  callsPerMinuteWaiting?: number;
  endedOn: string;
  /** The deployer ran only in some scenarios. */
  unscored?: boolean;
}

const supersededPattern =
  /supersed|usurp|newer (release|deployment|revision|task definition)|another (release|deployment)|taken over/i;
/** Does not match a health check that timed out: `(reason Request timed out)` is a failure of the release (ECS troubleshooting, service event messages). */
const gaveUpPattern = /TimeoutError|Max attempts exceeded|(?<!Request )timed out/i;

/** Classifies the end of a program. Only the exit code says whether the program succeeded. The last lines of the output say which kind of failure it was. */
export function classifyOutput(success: boolean, output: string): DeployerReport['verdict'] {
  if (success) return 'success';
  const lines = lastLines(output);
  if (gaveUpPattern.test(lines)) return 'gave up';
  return supersededPattern.test(lines) ? 'superseded' : 'failure';
}

const toSeconds = (ms: number): number => Math.round(ms / 100) / 10;

/** Returns how long after the fact became visible the verdict and the program's end came, in seconds to one digit. Empty if the fact never became visible. */
export function measureLateness(report: DeployerReport, fact: number | undefined): Pick<Row, 'late' | 'lateEnd'> {
  if (fact === undefined) return {};
  const late = toSeconds(report.verdictAt - fact);
  return report.endedAt === undefined ? { late } : { late, lateEnd: toSeconds(report.endedAt - fact) };
}

/** The last three non-empty lines of a program's output, without colours. */
const lastLines = (output: string): string =>
  stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' / ');

/** The last lines of a program's output, cut to at most `longest` characters. */
export const summarizeOutput = (output: string, longest?: number): string => truncateReason(lastLines(output), longest);

/** A reason on one line, cut to at most `longest` characters. */
export function truncateReason(text: string, longest = 90): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
