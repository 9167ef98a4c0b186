import type { Assumption } from './assumption.ts';
import { codePipelineData } from './codepipeline-data.ts';
import { codePipelineJobs } from './codepipeline-jobs.ts';
import { ecsFailures } from './ecs-failures.ts';
import { ecsService } from './ecs-service.ts';
import { ecsStrategies } from './ecs-strategies.ts';
import { otherServices } from './other-services.ts';
import { schedulerAnswers } from './scheduler-answers.ts';

/** Everything that product and emulator assume about AWS and that no document settles, by id. */
export const assumptions = {
  ...codePipelineJobs,
  ...codePipelineData,
  ...ecsService,
  ...ecsFailures,
  ...ecsStrategies,
  ...otherServices,
  ...schedulerAnswers,
} as const satisfies Record<string, Assumption>;

export type AssumptionId = keyof typeof assumptions;

/** One answer for each assumption. */
export type Answers = { [Id in AssumptionId]: keyof (typeof assumptions)[Id]['answers'] };
