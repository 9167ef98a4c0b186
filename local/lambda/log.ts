import type { InvocationRequest } from './functions.ts';

export interface InvocationReport {
  milliseconds: number;
  memoryMb: number;
  heap: number;
  initMilliseconds?: number;
}

const megabyte = 1024 * 1024;

export const functionLogGroup = (name: string): string => `/aws/lambda/${name}`;

/**
 * Returns `2026/11/23/[$LATEST]<32 hex>` (or with a version's number), one stream per execution environment
 * (docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html).
 */
export const logStreamName = (now: number, version: string, hex: string): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${hex}`;

export const startLine = ({ requestId }: InvocationRequest, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}\n`;

/**
 * Returns END and REPORT, with tabs and units as Lambda writes them. The initialization of an environment is billed too, for
 * managed runtimes with zip packages since 2025-08-01 (AWS Compute Blog, "AWS Lambda standardizes billing for INIT Phase").
 */
export function endLines({ requestId }: InvocationRequest, report: InvocationReport): string[] {
  const { milliseconds, memoryMb, heap, initMilliseconds } = report;
  const billed = Math.ceil(milliseconds + (initMilliseconds ?? 0));
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(heap / megabyte)} MB`,
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
  ];
  return [`END RequestId: ${requestId}\n`, `${parts.join('\t')}\t\n`];
}
