import { isRollbackExecution } from '../config/resource-names.ts';
import type { NewestRevision, Superseder } from '../model/superseder.ts';
import type { Deployment, RolloutObservation } from '../rollout/observation.ts';
import { findInstallationOfExecution, type Installation, isSameInstallation } from '../task-definition/installation.ts';
import type { LedgerEntry } from './ledger.ts';
import { maxSkewMs, wasExecutionRunningAt } from './running-at.ts';

type SupersededRollout = NewestRevision & Pick<RolloutObservation, 'rollout'>;

/** The execution that was superseded (its ARN), its installation, and the newest ledger entries of its service. */
interface SupersededExecution {
  entries: LedgerEntry[];
  execution: string;
  installation: Installation;
}

/**
 * Whether an execution that has not recorded its revision yet deploys this existing revision: as a rollback that restores it, or as a release that needs no
 * copy because it requests exactly the revision's images or no images.
 */
function deploysUnchanged(
  { kind, base, after, images }: LedgerEntry,
  deployment: Deployment,
  there: string[],
): boolean {
  if (after !== undefined || base !== deployment.taskDefinition) return false;
  return kind === 'rollback' || images.every(({ pinned }) => there.includes(pinned));
}

/**
 * Returns the execution of another installation that started a deployment. Gantry cannot read the ledger of the other installation. The proof is that the
 * execution registered the revision while our deployment was rolling out. A revision that was registered earlier is no proof, because anybody can deploy it.
 */
function findOtherInstallation(
  { newestRegisteredBy: execution, newestRegisteredAt: at, rollout }: SupersededRollout,
  own: Installation,
): Superseder | undefined {
  const installation = findInstallationOfExecution(execution ?? '');
  if (execution === undefined || installation === undefined || isSameInstallation(installation, own)) return undefined;
  if (at === undefined || at.getTime() < Date.parse(rollout.startedAt) - maxSkewMs) return undefined;
  return { execution, kind: isRollbackExecution(execution) ? 'rollback' : 'deploy', isElsewhere: true };
}

/**
 * Returns the other execution of Gantry that started a deployment that is newer than ours, from the service's ledger entries. That execution ran when the
 * deployment began, and registered or requested the revision. The tag alone proves nothing, because anybody can deploy a revision that Gantry registered. If
 * no entry fits, somebody else started the deployment, and the result is undefined.
 */
export function findSuperseder(
  newest: SupersededRollout,
  deployment: Deployment,
  { entries, execution: ours, installation }: SupersededExecution,
): Superseder | undefined {
  const { createdAt, taskDefinition } = deployment;
  const images = (newest.newestImages ?? []).map(({ image }) => image);
  const others = entries.filter((entry) => entry.execution !== ours && wasExecutionRunningAt(entry, createdAt));
  const found =
    others.find(({ execution }) => execution === newest.newestRegisteredBy) ??
    others.find(({ after }) => after === taskDefinition) ??
    others.find((entry) => deploysUnchanged(entry, deployment, images));
  return found === undefined
    ? findOtherInstallation(newest, installation)
    : { execution: found.execution, kind: found.kind };
}
