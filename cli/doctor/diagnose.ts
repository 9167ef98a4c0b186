import { artifactChecks } from './check-artifacts.ts';
import { buildChecks } from './check-build.ts';
import { configChecks } from './check-config.ts';
import { eventChecks } from './check-events.ts';
import { pipelineChecks } from './check-pipeline.ts';
import { type Check, type CheckResult, runChecks } from './check-result.ts';
import { targetChecks } from './check-target.ts';
import { workflowChecks } from './check-workflow.ts';
import type { DoctorFacts } from './facts.ts';

/** Every check of one configuration. */
const listChecks = ({ config, system }: DoctorFacts): Check[] => [
  ...configChecks(config, system),
  ...buildChecks(config, system),
  ...artifactChecks(config, system),
  ...pipelineChecks(system),
  ...workflowChecks(system),
  ...eventChecks(system),
  ...targetChecks(config, system),
];

/** The results of all checks of these facts, in the order of a release. */
export const diagnose = (facts: DoctorFacts): Promise<CheckResult[]> => runChecks(listChecks(facts), facts);
