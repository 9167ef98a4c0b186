import { pinChosenRollback } from '../aws/revision-tags.ts';
import { readServiceStateAndHistory } from '../aws/service-history.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { Target } from '../core/model/release.ts';
import type { RollbackCause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/rollback-decision.ts';
import { createRollbackFacts, createServiceStateQuery } from '../core/rollback/create-facts.ts';
import { decideRollback } from '../core/rollback/decide.ts';
import { createRollbackDecision } from '../core/rollback/decision-data.ts';
import type { VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { planDryRun, printDryRun } from './dry-run.ts';
import { showValuesOption } from './dry-run-options.ts';
import { viewerSession } from './service.ts';

interface DryRunRequest {
  target: Target;
  cause: RollbackCause;
}

/** Makes the state machine's decision with the user's own credentials and prints it. */
export async function dryRunRollback(
  request: DryRunRequest,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  // The ledger also contains revisions. If the user is not allowed to read it, the answer depends on ECS's history alone.
  process.env.TABLE = resolveDeployedResources(context.config, args.stage).table;
  const decision = await decideDryRun(request, context, args.stage);
  const target = request.target.name ?? request.target.service;
  if (decision.do === 'revision') {
    const { release, rollout, plan: planned } = decision.data;
    const plan = { ...planned, before: rollout };
    const showValues = args.flag(showValuesOption);
    const dryRun = await planDryRun(release, plan, { now: context.now(), showValues });
    printDryRun({ ...dryRun, would: `${decision.reason} ${dryRun.would}` }, args, context);
  } else {
    const would = decision.do === 'nothing' ? `Nothing. ${decision.reason}` : decision.reason;
    printDryRun({ target, would, differences: [], warnings: [] }, args, context);
  }
  return exitCodes.done;
}

async function decideDryRun(
  { target, cause }: DryRunRequest,
  { config, now: clock }: CliContext,
  stage: string,
): Promise<RollbackDecision> {
  const now = clock();
  const serviceHistory = await readServiceStateAndHistory(
    createServiceStateQuery(target, cause, config),
    viewerSession,
    now,
  );
  const facts = createRollbackFacts(serviceHistory, cause, { config, now });
  const decision = createRollbackDecision(facts, decideRollback(facts));
  return pinChosenRollback(decision, cause, listAllowedImageSources(config, stage));
}
