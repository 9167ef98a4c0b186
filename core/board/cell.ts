import type { Config } from '../config/schema.ts';
import { areEventsForwarded, isLogTailShown } from '../config/targets.ts';
import type { ExecutionData } from '../reporting/execution-data.ts';
import { formatReason } from '../reporting/format-reason.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import { formatServiceStatus, toServiceStatus } from '../rollout/task-counts.ts';
import type { Installation } from '../task-definition/installation.ts';
import { listActions } from './actions.ts';
import { listBadges } from './badges.ts';
import type { Cell, CellWait, FailureDetails } from './cell-data.ts';
import { chooseState, findFailedRelease } from './choose-state.ts';
import type { BoardContext, ServiceObservation } from './observations.ts';
import { toRolloutObservation } from './progress.ts';
import { idOfEntry, toReleaseLine } from './release-line.ts';
import { createRunningRelease, entriesOfObservation, findPrimaryOfObservation } from './running.ts';
import { describeState } from './sentence.ts';
import { createCellProgress, listWaits } from './waits.ts';

/** What every cell depends on besides its service: the configuration, and this installation. */
export interface CellSettings {
  config: Config;
  own: Installation;
}

/**
 * Returns the end of the log in the data of a failed execution. The ledger does not contain the log, because not everybody who can read the ledger is
 * allowed to read the log.
 */
export function listFailureLogLines(data: ExecutionData | undefined): string[] | undefined {
  const { verdict, tasks } = data ?? {};
  const log = verdict?.outcome === 'failed' ? verdict.log : tasks?.outcome === 'failed' ? tasks.log : undefined;
  return log === undefined ? undefined : formatReason({ reason: '', log }, '').split('\n').slice(2);
}

/** Returns why a release failed, in the words of its ledger entry. */
export const reasonOfEntry = ({ rollback, reason }: LedgerEntry): string =>
  rollback?.sentence ?? reason ?? 'No reason was recorded.';

function describeFailure(observation: ServiceObservation, config: Config): FailureDetails | undefined {
  const entry = findFailedRelease(observation);
  const service = observation.service.value?.service;
  const standsNow = service && formatServiceStatus(toServiceStatus(service));
  if (entry === undefined) {
    const reason = findPrimaryOfObservation(observation)?.rolloutStateReason;
    return { reason: reason ?? 'ECS gave the deployment up, and reports no reason.', standsNow };
  }
  const { execution } = observation;
  const data = execution?.value?.arn === entry.execution ? execution.value.data : undefined;
  const log = isLogTailShown(config, observation.target) ? listFailureLogLines(data) : undefined;
  return { release: idOfEntry(entry), reason: reasonOfEntry(entry), log, standsNow };
}

/** Whether the rollout waits for a person, an approval or another execution. A hook that waits for its function does not count. */
const isHeldUp = (rollout: RolloutObservation | undefined, waits: CellWait[]): boolean => {
  const functions = (rollout?.progress?.waiting ?? []).filter(({ waitsFor }) => waitsFor === 'function').length;
  return waits.length > functions;
};

/** Returns a cell of the board. */
export function createBoardCell(
  observation: ServiceObservation,
  context: BoardContext,
  { config, own }: CellSettings,
): Cell {
  const { target, service } = observation;
  const rollout = toRolloutObservation(observation, context.at);
  const waits = listWaits(observation, rollout);
  const state = chooseState(observation, isHeldUp(rollout, waits));
  const failure = state === 'failed' ? describeFailure(observation, config) : undefined;
  const isMoving = state === 'in progress' || state === 'waiting';
  const [newest] = entriesOfObservation(observation).map(toReleaseLine);
  const settings = { own, forwardsEvents: areEventsForwarded(config, target) };
  return {
    target: target.name,
    state,
    sentence: describeState(observation, state, { waits, rollout, failure }),
    running: {
      value: createRunningRelease(observation, context.definitions),
      readAt: service.readAt,
      problem: service.problem,
    },
    progress: isMoving && rollout !== undefined ? createCellProgress(observation, rollout, waits) : undefined,
    failure,
    badges: listBadges(observation, context, settings),
    actions: listActions(observation, { state, rollout }, config),
    release: newest?.id,
    ledgerReadAt: observation.table.readAt,
  };
}
