import type { Config } from '../../core/config/check.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { checkAllowedPipelines } from './check-allowed-pipelines.ts';
import { checkArtifactKey } from './check-artifact-key.ts';
import { artifactStoreChecks } from './check-artifact-stores.ts';
import { artifactChecks } from './check-artifacts.ts';
import { buildChecks } from './check-build.ts';
import { configChecks } from './check-config.ts';
import { eventChecks } from './check-events.ts';
import { pipelineChecks } from './check-pipeline.ts';
import { repositoryChecks } from './check-repositories.ts';
import { type Check, type CheckResult, runChecks } from './check-result.ts';
import { checkSharedLists } from './check-shared-lists.ts';
import { targetChecks } from './check-target.ts';
import { workflowChecks } from './check-workflow.ts';
import type { DoctorFacts } from './facts.ts';

/** Every check of one configuration. */
const listChecks = ({ writtenConfig, config, system }: DoctorFacts): Check[] => [
  ...configChecks(config, system),
  ...(system.key === undefined ? [] : [checkArtifactKey(system.key)]),
  ...createdPipelineChecks(config, system),
  ...artifactStoreChecks(config, system),
  checkAllowedPipelines(writtenConfig, system.stage),
  checkSharedLists(writtenConfig, system.stage),
  ...workflowChecks(system),
  ...eventChecks(system),
  ...targetChecks(config, system),
  ...repositoryChecks(config, system),
];

/** The checks of the pipelines that Gantry creates. `system.pipelines` has the order of the configuration. */
const createdPipelineChecks = (config: Config, system: SystemDeclaration): Check[] =>
  config.pipelines.flatMap(({ source }, at) => {
    const created = system.pipelines[at];
    if (created === undefined) return [];
    return [
      ...buildChecks(system, created, source),
      ...artifactChecks(config, system, created),
      ...pipelineChecks(system, created),
    ];
  });

/** The results of all checks of these facts, in the order of a release. */
export const diagnose = (facts: DoctorFacts): Promise<CheckResult[]> => runChecks(listChecks(facts), facts);
