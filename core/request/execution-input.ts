import * as z from 'zod';
import type { Config } from '../config/check.ts';
import type { Target } from '../model/release.ts';
import type { DeployRequest } from './fields.ts';
import { parseDeployRequest } from './parse.ts';
import { findEventInInput, parseRollbackRequest, type RollbackRequest } from './rollback.ts';
import { tryParse } from './try-parse.ts';

/** Whether an input is a job's. It says only which job: what the job deploys, CodePipeline reports to Acknowledge Job. */
export const isJobInput = (input: unknown): boolean =>
  z.object({ job: z.object({ id: z.string() }) }).safeParse(input).success;

/** Returns the parsed request of an execution of `deploy` (aws/execution-request.ts). */
export const tryParseDeployRequest = (input: unknown, config: Config, stage: string): DeployRequest | undefined =>
  tryParse(() => parseDeployRequest(input, config, stage));

/** Returns the services that an execution was started for, from its request (aws/execution-request.ts); an event can be about several, and an alarm also about every service that matches a pattern (`shop-*`). A manual `rollback` has the target fields of `deploy`. */
export const targetsOfExecution = (input: unknown, config: Config, stage: string): Target[] =>
  findEventInInput(input) === undefined
    ? [tryParseDeployRequest(input, config, stage)].flatMap((request) => request?.target ?? [])
    : (tryParse(() => servicesOf(parseRollbackRequest(input, config, stage))) ?? []);

const servicesOf = ({ targets, candidates, patterns }: RollbackRequest): Target[] => [
  ...targets,
  ...candidates,
  ...patterns,
];
