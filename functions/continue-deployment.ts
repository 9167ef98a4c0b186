import * as z from 'zod';
import config from '#config';
import { answerHook } from '../aws/answer-hook.ts';
import { createLambdaHandler } from '../aws/lambda.ts';
import { checkManualStartAllowed } from '../core/config/check-entry.ts';
import { defaultStage } from '../core/config/resource-names.ts';
import type { JobReport } from '../core/model/job-report.ts';
import { selectWrappedInput } from '../core/parsing/wrapped-input.ts';
import { type ContinueRequest, parseContinueRequest } from '../core/request/continue.ts';

const eventSchema = z.object({ execution: z.string(), input: z.unknown() });

function parseRequest(event: unknown): { execution: string; request: ContinueRequest } {
  const { execution, input } = eventSchema.parse(event);
  const request = parseContinueRequest(selectWrappedInput(input), config, process.env.STAGE ?? defaultStage);
  const refused = checkManualStartAllowed('continue', config, request.target.name);
  if (refused !== undefined) throw refused;
  return { execution, request };
}

/**
 * State Continue Deployment: sends a person's answer at a pause hook to ECS, if the hook that the person saw still waits. It takes no lease, because
 * it changes no revision: the waiting deployment continues or is rolled back.
 */
export const handler = createLambdaHandler(
  parseRequest,
  async ({ execution, request }, clockAndLogger): Promise<JobReport> => {
    const report = await answerHook({ ...request, execution }, clockAndLogger);
    clockAndLogger.logger.info(`The answer at the pause hook: ${report.type}`, { report });
    return report;
  },
);
