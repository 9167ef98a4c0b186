import { checkManualStartAllowed } from '../config/check-entry.ts';
import type { Config } from '../config/schema.ts';
import { parseRevisionName } from '../parsing/arn.ts';
import { quoteForShell } from '../parsing/shell-word.ts';
import type { LedgerEntry } from '../reporting/ledger.ts';
import { listRevisionsThatWorked } from '../rollback/ledger-evidence.ts';
import { formatAnswerCommand } from '../rollout/continue-command.ts';
import type { RolloutObservation } from '../rollout/observation.ts';
import type { CellAction, CellState } from './cell-data.ts';
import type { PendingApproval, ServiceObservation } from './observations.ts';
import { entriesOfObservation, findPrimaryOfObservation } from './running.ts';

/** The choice of the last known-good revision, which Gantry finds when it rolls back. */
export const lastKnownGoodChoice = 'last';

const maxRevisions = 10;

function labelRevision(revision: string, entries: LedgerEntry[]): string {
  const release = entries.find(({ after, kind }) => after === revision && kind === 'deploy');
  const commit = release?.commit;
  const parts = [
    release?.end === undefined ? '' : `released ${release.end.slice(0, 16).replace('T', ' ')} UTC`,
    commit === undefined ? '' : `${commit.id.slice(0, 7)} ${commit.summary ?? ''}`.trim(),
  ].filter((part) => part !== '');
  return [parseRevisionName(revision), ...parts].join(', ');
}

/** Returns the last known-good revision, which the preview names, and the revisions that worked according to the ledger, newest first. */
function listRollbackChoices(observation: ServiceObservation): NonNullable<CellAction['choices']> {
  const entries = entriesOfObservation(observation);
  const running = findPrimaryOfObservation(observation)?.taskDefinition;
  const worked = [...new Set(listRevisionsThatWorked(entries))].filter((revision) => revision !== running);
  return [
    { id: lastKnownGoodChoice, label: 'the last known-good revision' },
    ...worked
      .slice(0, maxRevisions)
      .map((revision) => ({ id: parseRevisionName(revision), label: labelRevision(revision, entries) })),
  ];
}

/** Returns the id of an approval on the board. */
export const idOfApproval = ({ pipeline, stage, action }: Omit<PendingApproval, 'readAt'>): string =>
  [pipeline, stage, action].join('/');

/** Returns the command that approves an action. The command reads the approval's token itself, because the token is secret and short-lived. */
export function formatApprovalCommand({ pipeline, stage, action }: PendingApproval, region: string): string {
  const query = `stageStates[?stageName=='${stage}'].actionStates[] | [?actionName=='${action}'].latestExecution.token | [0]`;
  const name = quoteForShell(pipeline);
  const token = `"$(aws codepipeline get-pipeline-state --region ${region} --name ${name} --query ${quoteForShell(query)} --output text)"`;
  return `aws codepipeline put-approval-result --region ${region} --pipeline-name ${name} --stage-name ${quoteForShell(stage)} --action-name ${quoteForShell(action)} --token ${token} --result status=Approved,summary=`;
}

function listApprovals({ approvals }: ServiceObservation, config: Config): CellAction[] {
  const [first] = approvals;
  if (first === undefined) return [];
  const choices = approvals.map((one) => ({
    id: idOfApproval(one),
    label: `${one.action} in the stage ${one.stage} of the pipeline ${one.pipeline}`,
  }));
  return [{ kind: 'approve', command: formatApprovalCommand(first, config.build.region), available: true, choices }];
}

/** The hooks that wait for a person, who can continue the deployment or roll it back. */
function listHooks(name: string, rollout: RolloutObservation | undefined, config: Config): CellAction[] {
  const hooks = (rollout?.progress?.waiting ?? []).filter(({ waitsFor }) => waitsFor === 'person');
  const [first] = hooks;
  if (first === undefined) return [];
  const why = checkManualStartAllowed('continue', config, name)?.message;
  const choices = [
    ...hooks.map(({ id }) => ({ id, label: `continue at the hook ${id}` })),
    ...hooks.map(({ id }) => ({
      id: `${rollbackChoicePrefix}${id}`,
      label: `roll the deployment back at the hook ${id}`,
    })),
  ];
  const command = formatAnswerCommand(name, first.id);
  return [{ kind: 'continue', command, available: why === undefined, why, choices }];
}

/** The beginning of the id of a choice that rolls the deployment back at a hook. */
export const rollbackChoicePrefix = 'rollback ';

const withoutService: CellState[] = ['missing', 'unreadable', 'loading'];

/** Returns the buttons of a cell. A button that the configuration does not allow says why. Only the call itself shows whether IAM allows it. */
export function listActions(
  observation: ServiceObservation,
  { state, rollout }: { state: CellState; rollout: RolloutObservation | undefined },
  config: Config,
): CellAction[] {
  const { name } = observation.target;
  const gone = withoutService.includes(state)
    ? `The service is ${state === 'missing' ? 'missing' : 'not readable'}.`
    : undefined;
  const refused = checkManualStartAllowed('deploy', config, name)?.message;
  return [
    {
      kind: 'redeploy',
      command: `gantry redeploy ${name}`,
      available: (refused ?? gone) === undefined,
      why: refused ?? gone,
    },
    {
      kind: 'rollback',
      command: `gantry rollback ${name}`,
      available: gone === undefined,
      why: gone,
      choices: listRollbackChoices(observation),
    },
    ...listHooks(name, rollout, config),
    ...listApprovals(observation, config),
  ];
}
