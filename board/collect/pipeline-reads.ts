import { listMatchedServices } from '../../aws/matched-services.ts';
import { readDeclaredStages, readPipelineProgress } from '../../aws/pipeline-approvals.ts';
import { viewerSession } from '../../cli/service.ts';
import { listDeployingTargets, listPendingApprovals, type ObservedPipeline } from '../../core/board/approvals.ts';
import { pipelineNames } from '../../core/config/resource-names.ts';
import { findTargetOfRole, listPatternTargets, type NamedTarget } from '../../core/config/targets.ts';
import { intervals, type UnscheduledRead } from './board-read.ts';
import {
  addProblemAbout,
  type CollectorState,
  changeService,
  createObservation,
  type KnownPipeline,
  readServiceSoon,
} from './state.ts';
import { knownEntries } from './table-reads.ts';

/** The number of newest entries of a service that are searched for pipelines to read. */
const recentEntries = 5;

/** The maximum number of pipelines that the board reads, besides the pipelines that Gantry creates. */
const maxOtherPipelines = 20;

/** Returns the pipelines that Gantry creates, and those that released something lately. */
function listPipelineNames(state: CollectorState): string[] {
  const created = state.config.pipelines.map((one) => pipelineNames(state.config, one, state.stage).pipeline);
  const recent = [...state.services.keys()].flatMap((name) =>
    knownEntries(state, name)
      .slice(0, recentEntries)
      .flatMap(({ source }) => (source.type === 'pipeline' ? (source.name ?? []) : [])),
  );
  const others = [...new Set(recent)].filter((name) => !created.includes(name));
  return [...created, ...others.slice(0, maxOtherPipelines)];
}

const toObservedPipeline = (name: string, { stages = [], waiting, readAt }: KnownPipeline): ObservedPipeline => ({
  name,
  stages,
  waiting,
  readAt,
});

/** Gives each service the approvals that its releases wait for. */
function distributeApprovals(state: CollectorState): void {
  const found = [...state.pipelines].flatMap(([name, pipeline]) =>
    listPendingApprovals(toObservedPipeline(name, pipeline), state.config, state.stage),
  );
  for (const name of state.services.keys()) {
    const approvals = found.filter(({ target }) => target === name).map(({ approval }) => approval);
    changeService(state, name, () => ({ approvals }));
  }
}

/** If a pipeline has begun or ended a deployment to a service, the service is due to be read soon. */
function noteDeployments(state: CollectorState): void {
  const deploying = [...state.pipelines.values()].flatMap(({ stages = [], inProgress }) =>
    listDeployingTargets({ stages, inProgress }, state.config, state.stage),
  );
  const changed = [...new Set([...deploying, ...state.deploying])].filter(
    (name) => deploying.includes(name) !== state.deploying.has(name),
  );
  state.deploying = new Set(deploying);
  for (const name of changed) readServiceSoon(state, name);
}

async function readPipeline(
  state: CollectorState,
  name: string,
  read: (known: KnownPipeline) => Promise<Partial<KnownPipeline>>,
): Promise<void> {
  const readAt = state.clock.now().toISOString();
  const found = await read(state.pipelines.get(name) ?? { waiting: [], inProgress: [], readAt });
  state.pipelines.set(name, { waiting: [], inProgress: [], readAt, ...state.pipelines.get(name), ...found });
  state.problems.delete(`pipeline ${name}`);
  distributeApprovals(state);
  noteDeployments(state);
}

/** The reads of the pipelines: the approvals that wait in them, and the services to which their actions deploy. */
export const listPipelineReads = (state: CollectorState): UnscheduledRead[] =>
  listPipelineNames(state).flatMap((name) => [
    {
      key: `pipeline ${name}`,
      calls: 1,
      intervalMs: intervals.pipeline,
      run: () => readPipeline(state, name, async () => ({ stages: await readDeclaredStages(name) })),
      fail: addProblemAbout(state, `pipeline ${name}`),
    },
    {
      key: `approvals ${name}`,
      calls: 1,
      intervalMs: intervals.approvals,
      run: () =>
        readPipeline(state, name, async () => ({
          ...(await readPipelineProgress(name)),
          readAt: state.clock.now().toISOString(),
        })),
      fail: addProblemAbout(state, `pipeline ${name}`),
    },
  ]);

async function readPattern(state: CollectorState, pattern: NamedTarget): Promise<void> {
  const names = await listMatchedServices(pattern, { session: viewerSession, now: state.clock.now() });
  const targets = names.flatMap(
    (service) => findTargetOfRole(state.config, state.stage, { ...pattern, service }) ?? [],
  );
  for (const target of targets)
    if (!state.services.has(target.name)) state.services.set(target.name, createObservation(target));
  state.problems.delete(`services ${pattern.name}`);
  state.version += 1;
}

/** The reads that list the services of the configuration's patterns. */
export const listPatternReads = (state: CollectorState): UnscheduledRead[] =>
  listPatternTargets(state.config, state.stage).map((pattern) => ({
    key: `pattern ${pattern.name}`,
    calls: 1,
    intervalMs: intervals.pattern,
    run: () => readPattern(state, pattern),
    fail: addProblemAbout(state, `services ${pattern.name}`),
  }));
