import type { Config } from '../../core/config/check.ts';
import { findListOverlaps } from '../../core/request/list-overlaps.ts';
import type { Check } from './check-result.ts';
import type { DoctorFacts, PipelineAction } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';

/**
 * Whether no two actions of a stage would deploy the same entry of an image list. Without --live, only the actions that Gantry creates are checked, and the
 * containers of a service that only a pattern allows are unknown.
 */
export const checkSharedLists = (config: Config, stage: string): Check =>
  createResourceCheck({
    link: 'pipeline',
    about: 'build account',
    title: 'no two actions of a stage take the same entry of an image list',
    read: ({ pipelineActions }) => pipelineActions,
    wrong(actions, facts) {
      const findRunningContainers = (target: string) => readRunningContainers(facts, target);
      const problems = [...groupByPipeline(actions)].flatMap(([pipeline, own]) =>
        findListOverlaps(own, { config, stage, findRunningContainers }).map((says) => `Pipeline ${pipeline}: ${says}`),
      );
      if (problems.length === 0) return undefined;
      return {
        says: problems.join(' '),
        policy: 'the properties of the actions',
        statement: 'FileName',
        fix: 'give one of the actions another FileName, or one of the services other container names',
      };
    },
  });

function groupByPipeline(actions: PipelineAction[]): Map<string, PipelineAction[]> {
  const groups = new Map<string, PipelineAction[]>();
  for (const action of actions) groups.set(action.pipeline, [...(groups.get(action.pipeline) ?? []), action]);
  return groups;
}

function readRunningContainers({ services }: DoctorFacts, target: string): string[] | undefined {
  const service = services.get(target);
  return service !== undefined && 'found' in service ? service.found.containers : undefined;
}
