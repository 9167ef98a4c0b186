import { createTargetEcsClient } from '../../aws/ecs.ts';
import { describeTaskDefinition } from '../../aws/ecs-task-definitions.ts';
import { type ExecutionStep, readStepsAfter } from '../../aws/sfn-executions.ts';
import type { CliContext } from '../../cli/context.ts';
import { describeEvent } from '../../cli/event-lines.ts';
import { viewerSession } from '../../cli/service.ts';
import { createWatcher, recordStep } from '../../cli/watcher.ts';
import type { ReadFact } from '../../core/board/cell-data.ts';
import {
  findFailureDetails,
  listChanges,
  listEcsEvents,
  listReleaseCommands,
  listReleaseLinks,
} from '../../core/board/details.ts';
import type { FieldChange, ReleaseDetails, TimelineEntry } from '../../core/board/details-data.ts';
import type { ServiceObservation } from '../../core/board/observations.ts';
import { idOfEntry, toReleaseLine } from '../../core/board/release-line.ts';
import { entriesOfObservation } from '../../core/board/running.ts';
import { isLogTailShown } from '../../core/config/targets.ts';
import { toFailure } from '../../core/errors/aws-failure.ts';
import { Failure } from '../../core/errors/failure.ts';
import { parseRevisionName } from '../../core/parsing/arn.ts';
import { escapeTexts } from '../../core/parsing/escape-texts.ts';
import type { LedgerEntry } from '../../core/reporting/ledger.ts';
import type { DescribedTaskDefinition } from '../../core/task-definition/raw.ts';
import { toObservedExecution } from './execution-reads.ts';
import type { CollectorState } from './state.ts';

interface FoundRelease {
  entry: LedgerEntry;
  observation: ServiceObservation;
}

/** Finds a release that the board knows by its id. */
function findRelease({ services }: CollectorState, id: string): FoundRelease | undefined {
  for (const observation of services.values()) {
    const entry = entriesOfObservation(observation).find((one) => idOfEntry(one) === id);
    if (entry !== undefined) return { entry, observation };
  }
  return undefined;
}

/** The lines that `gantry watch` prints about the steps. */
function listStateEntries(execution: string, steps: ExecutionStep[], context: CliContext): TimelineEntry[] {
  const watcher = createWatcher(execution, context);
  for (const step of steps) recordStep(watcher, step);
  return watcher.unprinted.map((event) => ({ at: event.at, text: describeEvent(event).text, source: 'gantry' }));
}

async function readRevision(
  state: CollectorState,
  { target }: ServiceObservation,
  revision: string,
): Promise<DescribedTaskDefinition> {
  const known = state.definitions.get(revision);
  if (known !== undefined) return known;
  const client = await createTargetEcsClient({ ...target, service: '*' }, viewerSession, state.clock.now());
  const found = await describeTaskDefinition(client, revision);
  if (found === undefined)
    throw new Failure('RevisionUnavailable', `ECS has the revision ${parseRevisionName(revision)} no more.`);
  state.definitions.set(revision, found);
  return found;
}

async function readChanges(state: CollectorState, { entry, observation }: FoundRelease): Promise<FieldChange[]> {
  const { before, after } = entry;
  if (before === undefined || after === undefined || before === after) return [];
  const [old, now] = await Promise.all([before, after].map((one) => readRevision(state, observation, one)));
  return old === undefined || now === undefined ? [] : listChanges(old, now);
}

async function toFact<Value>(reading: Promise<Value>, readAt: string, doing: string): Promise<ReadFact<Value>> {
  try {
    return { value: await reading, readAt };
  } catch (error) {
    return { problem: toFailure(error, doing).message };
  }
}

/** Reads everything about one release, with the user's own credentials; undefined if the board does not know it. */
export async function readDetails(
  state: CollectorState,
  id: string,
  context: CliContext,
): Promise<ReleaseDetails | undefined> {
  const found = findRelease(state, id);
  if (found === undefined) return undefined;
  const { entry, observation } = found;
  const readAt = state.clock.now().toISOString();
  const [steps, changes] = await Promise.all([
    toFact(readStepsAfter(entry.execution, 0), readAt, 'reading the execution'),
    toFact(readChanges(state, found), readAt, 'reading the revisions'),
  ]);
  const data = steps.value && toObservedExecution(entry.execution, steps.value).data;
  const timeline = [
    ...listStateEntries(entry.execution, steps.value ?? [], context),
    ...listEcsEvents(entry, observation.service.value?.service.events ?? []),
  ].toSorted((a, b) => a.at.localeCompare(b.at));
  return escapeTexts({
    line: toReleaseLine(entry),
    timeline: { ...steps, value: timeline },
    changes,
    links: listReleaseLinks(entry, state.config.build),
    commands: listReleaseCommands(entry).map((one) => ({ ...one, command: context.adaptMessage(one.command) })),
    failure: findFailureDetails(entry, data, isLogTailShown(state.config, observation.target)),
  });
}
