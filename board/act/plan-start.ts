import { stripVTControlCharacters } from 'node:util';
import { formatHookToAnswer, readNewestDeployment } from '../../cli/continue.ts';
import { adaptDryRun, type DryRun, formatDryRun } from '../../cli/dry-run.ts';
import { planDeployment } from '../../cli/dry-run-deployment.ts';
import { planRollback } from '../../cli/dry-run-rollback.ts';
import { describeTargetService } from '../../cli/service.ts';
import { lastKnownGoodChoice, rollbackChoicePrefix } from '../../core/board/actions.ts';
import { checkManualStartAllowed } from '../../core/config/check-entry.ts';
import type { ManualStart } from '../../core/config/entry-machines.ts';
import type { NamedTarget } from '../../core/config/targets.ts';
import { Failure } from '../../core/errors/failure.ts';
import { parseRevisionName } from '../../core/parsing/arn.ts';
import { escapeLines } from '../../core/parsing/escape-texts.ts';
import { parseContinueRequest } from '../../core/request/continue.ts';
import { parseDeployRequest } from '../../core/request/parse.ts';
import { parseRollbackRequest } from '../../core/request/rollback.ts';
import { listHooksForPeople } from '../../core/rollout/answer-sentences.ts';
import { formatAnswerCommand } from '../../core/rollout/continue-command.ts';
import { findPrimary } from '../../core/rollout/rolling-out.ts';
import type { ActContext, ActionPlan } from './plan.ts';

function assertEntry(kind: ManualStart, { name }: NamedTarget, { config }: ActContext): void {
  const denied = checkManualStartAllowed(kind, config, name);
  if (denied !== undefined) throw denied;
}

/** The last line of a dry run says that nothing was started. The buttons of the preview say the same. */
const formatLines = (dryRun: DryRun, context: ActContext): string[] =>
  formatDryRun(adaptDryRun(dryRun, context))
    .slice(0, -1)
    .map((line) => stripVTControlCharacters(line));

/** The newest deployment. When a newer deployment begins, a plan is out of date. */
async function readBasis(target: NamedTarget, now: Date): Promise<unknown> {
  const primary = findPrimary(await describeTargetService(target, now));
  return [primary?.id, primary?.taskDefinition, primary?.rolloutState];
}

const requester = ({ caller }: ActContext) => ({ by: caller });

/** Plans to deploy the running revision again. */
export async function planRedeployment(target: NamedTarget, context: ActContext): Promise<ActionPlan> {
  const { config, stage } = context;
  const { name } = target;
  assertEntry('deploy', target, context);
  const now = context.now();
  const request = parseDeployRequest({ target: name, ...requester(context) }, config, stage);
  const dryRun = await planDeployment(request, { config, stage, now, showValues: false });
  return {
    lines: formatLines(dryRun, context),
    command: context.adaptMessage(`gantry redeploy ${name}`),
    basis: await readBasis(target, now),
    effect: { do: 'start', kind: 'deploy', fields: {}, what: `A redeployment of ${name}` },
  };
}

/** Plans a rollback to a revision by its name, or to the last known-good revision. The confirmation applies to the revision that the plan shows. */
export async function planRollbackTo(
  target: NamedTarget,
  choice: string | undefined,
  context: ActContext,
): Promise<ActionPlan> {
  const { config, stage } = context;
  const { name } = target;
  const named = choice === undefined || choice === lastKnownGoodChoice ? undefined : { revision: choice };
  const now = context.now();
  const { cause } = parseRollbackRequest({ target: name, ...named, ...requester(context) }, config, stage);
  if (cause === undefined) throw new Failure('ConfigurationError', `There is nothing to roll back in ${name}.`);
  const { decision, dryRun } = await planRollback({ target, cause, config, stage, now, showValues: false });
  const chosen = decision.do === 'revision' ? { revision: parseRevisionName(decision.revision) } : {};
  const option = named === undefined ? '' : ` --to ${named.revision}`;
  return {
    lines: formatLines(dryRun, context),
    command: context.adaptMessage(`gantry rollback ${name}${option}`),
    basis: await readBasis(target, now),
    refused: decision.do === 'nothing' ? 'There is nothing to do.' : undefined,
    effect: { do: 'start', kind: 'rollback', fields: { ...chosen, ...named }, what: `A rollback of ${name}` },
  };
}

/** Plans to answer a hook that waits for a person. */
export async function planHookAnswer(
  target: NamedTarget,
  choice: string | undefined,
  context: ActContext,
): Promise<ActionPlan> {
  const { name } = target;
  assertEntry('continue', target, context);
  const deployment = await readNewestDeployment(target, context.now());
  const waiting = listHooksForPeople(deployment);
  const isRollback = choice?.startsWith(rollbackChoicePrefix) ?? false;
  const id = isRollback ? choice?.slice(rollbackChoicePrefix.length) : choice;
  const hook = id === undefined && waiting.length === 1 ? waiting[0] : waiting.find((one) => one.id === id);
  if (hook === undefined)
    throw new Failure('ConfigurationError', `The hook ${id ?? 'that was chosen'} does not wait for a person any more.`);
  const action = isRollback ? ('ROLLBACK' as const) : ('CONTINUE' as const);
  const fields = { serviceDeploymentArn: deployment.arn, hookId: hook.id, action };
  parseContinueRequest({ target: name, ...fields, ...requester(context) }, context.config, context.stage);
  const [does, what] = isRollback
    ? ['rolls back', `A rollback of ${name} at the hook`]
    : ['continues', `The answer to the hook of ${name}`];
  return {
    lines: [
      escapeLines(formatHookToAnswer(hook, deployment, context.now())),
      `To do: ECS ${does} the deployment at the hook ${escapeLines(hook.id)}.`,
    ],
    command: context.adaptMessage(`${formatAnswerCommand(name, hook.id)}${isRollback ? ' --rollback' : ''}`),
    basis: [deployment.arn, hook.id, action],
    effect: { do: 'start', kind: 'continue', fields, what },
  };
}
