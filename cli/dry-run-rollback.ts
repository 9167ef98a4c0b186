import { pinChosenRollback } from '../aws/revision-tags.ts';
import { readServiceStateAndHistory } from '../aws/service-history.ts';
import type { Config } from '../core/config/check.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { Target } from '../core/model/release.ts';
import type { RollbackCause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/rollback-decision.ts';
import { createRollbackFacts, createRollbackFactsQuery } from '../core/rollback/create-facts.ts';
import { decideRollback } from '../core/rollback/decide.ts';
import { createRollbackDecision } from '../core/rollback/decision-data.ts';
import type { VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { type DryRun, planDryRun, printDryRun } from './dry-run.ts';
import { showValuesOption } from './dry-run-options.ts';
import { viewerSession } from './service.ts';

/** A rollback to plan, with the user's own credentials. */
export interface RollbackQuery {
  target: Target;
  cause: RollbackCause;
  config: Config;
  stage: string;
  now: Date;
  showValues: boolean;
}

/** The decision that the state machine would make, and the resulting action. */
export interface PlannedRollback {
  decision: RollbackDecision;
  dryRun: DryRun;
}

/** Makes the state machine's decision with the user's own credentials and prints it. */
export async function dryRunRollback(
  { target, cause }: Pick<RollbackQuery, 'target' | 'cause'>,
  args: VerbArguments,
  context: CliContext,
): Promise<ExitCode> {
  const { config } = context;
  const { stage } = args;
  // The ledger also contains revisions. If the user is not allowed to read the ledger, the decision depends on ECS's history alone.
  process.env.TABLE = resolveDeployedResources(config, stage).table;
  const showValues = args.flag(showValuesOption);
  const { dryRun } = await planRollback({ target, cause, config, stage, now: context.now(), showValues });
  printDryRun(dryRun, args, context);
  return exitCodes.done;
}

/** Makes the state machine's decision, and returns the resulting action. Reads only. */
export async function planRollback(query: RollbackQuery): Promise<PlannedRollback> {
  const decision = await decideDryRun(query);
  const target = query.target.name ?? query.target.service;
  if (decision.do !== 'revision') {
    const would = decision.do === 'nothing' ? `Nothing. ${decision.reason}` : decision.reason;
    return { decision, dryRun: { target, would, differences: [], warnings: [] } };
  }
  const { release, rollout, plan: planned } = decision.data;
  const plan = { ...planned, before: rollout };
  const dryRun = await planDryRun(release, plan, query);
  return { decision, dryRun: { ...dryRun, would: `${decision.reason} ${dryRun.would}` } };
}

async function decideDryRun({ target, cause, config, stage, now }: RollbackQuery): Promise<RollbackDecision> {
  const serviceHistory = await readServiceStateAndHistory(
    createRollbackFactsQuery(target, cause, config),
    viewerSession,
    now,
  );
  const facts = createRollbackFacts(serviceHistory, cause, { config, now });
  const decision = createRollbackDecision(facts, decideRollback(facts));
  return pinChosenRollback(decision, cause, listAllowedImageSources(config, stage));
}
