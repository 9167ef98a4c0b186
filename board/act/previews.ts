import { createHash } from 'node:crypto';
import { resolveEntryMachine, sharedExecutionArn } from '../../cli/deployed-resources.ts';
import { startEntry } from '../../cli/start.ts';
import type { ConfirmRequest, ConfirmResponse, Preview, PreviewRequest } from '../../core/board/requests.ts';
import { getTargetByName } from '../../core/config/targets.ts';
import type { ActContext, ActionPlan, StartEffect } from './plan.ts';
import { approve, planApproval } from './plan-approval.ts';
import { planHookAnswer, planRedeployment, planRollbackTo } from './plan-start.ts';

/** A refused confirmation: the plan has changed since the preview, or there is no such preview. */
export class StalePreview extends Error {
  readonly preview: Preview | undefined;

  constructor(message: string, preview?: Preview) {
    super(message);
    this.preview = preview;
  }
}

interface StoredPreview {
  request: PreviewRequest;
  fingerprint: string;
  /** The name of the execution that a confirmation starts. Of two confirmations, only one can start an execution with this name. */
  execution: string;
  at: number;
  result?: Promise<ConfirmResponse> | undefined;
}

/** Plans actions, and performs them after their confirmation. */
export interface Previews {
  preview(request: PreviewRequest): Promise<Preview>;
  /** Throws a StalePreview if the action would now differ from the preview that the user saw. */
  confirm(request: ConfirmRequest): Promise<ConfirmResponse>;
}

const longestPreviewMs = 10 * 60_000;
const maxPreviews = 50;

function planAction({ target: name, kind, choice }: PreviewRequest, context: ActContext): Promise<ActionPlan> {
  const target = getTargetByName(context.config, name, context.stage);
  switch (kind) {
    case 'redeploy':
      return planRedeployment(target, context);
    case 'rollback':
      return planRollbackTo(target, choice, context);
    case 'continue':
      return planHookAnswer(target, choice, context);
    case 'approve':
      return planApproval(target, choice, context);
  }
}

const fingerprintOf = ({ lines, basis, effect }: ActionPlan): string =>
  createHash('sha256')
    .update(JSON.stringify([lines, basis, effect]))
    .digest('hex');

async function startExecution(
  { kind, fields, what }: StartEffect,
  { name, execution, reason }: { name: string; execution: string; reason: string | undefined },
  { config, stage, caller, adaptMessage }: ActContext,
): Promise<ConfirmResponse> {
  const [target = '', ...rest] = name.split('/');
  const machine = resolveEntryMachine(kind, target, config, stage);
  const input = { service: rest.join('/'), ...fields, by: caller, ...(reason && { reason }) };
  await startEntry(machine.arn, execution, input);
  const shared = sharedExecutionArn(machine, execution);
  return { message: `${what} was started.`, execution: shared, command: adaptMessage(`gantry watch ${shared}`) };
}

/** Creates the store of previews. `started` is called with the name of the service after each action. */
export function createPreviews(context: ActContext, started: (name: string) => void): Previews {
  const stored = new Map<string, StoredPreview>();

  const store = (request: PreviewRequest, plan: ActionPlan): Preview => {
    const [id, execution] = [context.uuid(), `board-${context.uuid()}`];
    stored.set(id, { request, fingerprint: fingerprintOf(plan), execution, at: context.now().getTime() });
    for (const old of [...stored.keys()].slice(0, -maxPreviews)) stored.delete(old);
    return { id, lines: plan.lines, command: plan.command, refused: plan.refused };
  };

  const act = async ({ request, fingerprint, execution }: StoredPreview, reason: string | undefined) => {
    const plan = await planAction(request, context);
    if (fingerprintOf(plan) !== fingerprint)
      throw new StalePreview(
        'The state has changed since the preview. Nothing was done: look at the new preview.',
        store(request, plan),
      );
    if (plan.refused !== undefined) throw new StalePreview(`Nothing was done: ${plan.refused}`);
    const { effect } = plan;
    if (effect.do === 'start') return startExecution(effect, { name: request.target, execution, reason }, context);
    await approve(effect, reason);
    return { message: `The action ${effect.action} of the pipeline ${effect.pipeline} is approved.` };
  };

  return {
    preview: async (request) => store(request, await planAction(request, context)),
    async confirm({ preview: id, reason }) {
      const found = stored.get(id);
      if (found === undefined || context.now().getTime() - found.at > longestPreviewMs)
        throw new StalePreview('This preview is over. Nothing was done: press the button again.');
      // A second click gets the result of the first. After a failure, another click tries again, with the same name of the execution.
      found.result ??= act(found, reason).finally(() => started(found.request.target));
      return found.result.catch((error: unknown) => {
        found.result = undefined;
        throw error;
      });
    },
  };
}
