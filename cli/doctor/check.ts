import { artifactChecks } from './check-artifacts.ts';
import { buildChecks } from './check-build.ts';
import { configChecks } from './check-config.ts';
import { pipelineChecks } from './check-pipeline.ts';
import { targetChecks } from './check-target.ts';
import { workflowChecks } from './check-workflow.ts';
import type { Facts } from './facts.ts';
import { type Check, type Examined, examine } from './finding.ts';

/** Every check of one configuration. */
const checksOf = ({ config, system }: Facts): Check[] => [
  ...configChecks(config, system),
  ...buildChecks(config, system),
  ...artifactChecks(config, system),
  ...pipelineChecks(system),
  ...workflowChecks(system),
  ...targetChecks(config, system),
];

/** What every check finds in these facts, in the order of the chain. */
export const diagnose = (facts: Facts): Promise<Examined[]> => examine(checksOf(facts), facts);
