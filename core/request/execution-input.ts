import * as z from 'zod';
import type { Config } from '../config/check.ts';
import type { Target } from '../model/release.ts';
import type { DeployRequest } from './fields.ts';
import { findRequestedTarget } from './named-target.ts';
import { parseDeployRequest } from './parse.ts';
import { findEventInInput, parseRollbackRequest, type RollbackRequest } from './rollback.ts';
import { tryParse } from './try-parse.ts';

/** Whether an input belongs to a job. The input names only the job. CodePipeline reports to Acknowledge Job what the job deploys. */
export const isJobInput = (input: unknown): boolean =>
  z.object({ job: z.object({ id: z.string() }) }).safeParse(input).success;

/** Whether a request says what the execution deploys: it is a manual request or an event, or it contains the job's action. */
export const isConfirmedRequest = (request: unknown): boolean =>
  !isJobInput(request) || z.object({ job: z.object({ configuration: z.unknown() }) }).safeParse(request).success;

/** Returns the parsed request of an execution of `deploy` (aws/execution-request.ts). */
export const tryParseDeployRequest = (input: unknown, config: Config, stage: string): DeployRequest | undefined =>
  tryParse(() => parseDeployRequest(input, config, stage));

/**
 * Returns the services that an execution was started for, from its request (aws/execution-request.ts), even if the rest of the request is invalid. An event
 * can concern several services. An alarm can also concern every service that matches a pattern (`shop-*`).
 */
export const targetsOfExecution = (input: unknown, config: Config, stage: string): Target[] =>
  findEventInInput(input) === undefined
    ? [findRequestedTarget(input, config, stage)].flatMap((target) => target ?? [])
    : (tryParse(() => servicesOf(parseRollbackRequest(input, config, stage))) ?? []);

const servicesOf = ({ targets, candidates, patterns }: RollbackRequest): Target[] => [
  ...targets,
  ...candidates,
  ...patterns,
];
