import { pinChosenRollback } from '../aws/revision-tags.ts';
import { readServiceStateAndHistory } from '../aws/service-history.ts';
import { listAllowedImageSources } from '../core/image/sources.ts';
import type { Target } from '../core/model/release.ts';
import type { RollbackCause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/rollback-decision.ts';
import { parseRollbackRequest } from '../core/request/rollback.ts';
import { createRollbackFacts, createServiceStateQuery } from '../core/rollback/create-facts.ts';
import { decideRollback } from '../core/rollback/decide.ts';
import { createRollbackDecision } from '../core/rollback/decision-data.ts';
import { readRevisionOption, readTargetArgument, type VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { dryRunOptions, planDryRun, printDryRun, showValuesOption } from './dry-run.ts';
import { viewerSession } from './service.ts';
import { identifyRequester, readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `gantry rollback TARGET   roll back to the last known-good revision, or to a given one

  --to FAMILY:N    the revision to deploy (default: the last known-good one)
  --dry-run        show what would be done, and change nothing
  --show-values    with --dry-run: also show environment values and others that
                   may be secret
${startHelp}
${commonHelp}`;

export const rollback: Verb = {
  help,
  options: { to: { type: 'string' }, ...dryRunOptions, ...startOptions },
  async run(args, context) {
    const { name } = readTargetArgument(args, context.config);
    const revision = readRevisionOption(args, 'to');
    const fields = { target: name, ...(revision !== undefined && { revision }) };
    const { cause, targets } = parseRollbackRequest({ ...fields, ...readRequester(args) }, context.config, args.stage);
    const [target] = targets;
    if (args.flag('dry-run') && target !== undefined && cause !== undefined)
      return dryRunRollback({ target, cause }, args, context);
    const input = { ...fields, ...(await identifyRequester(args, context)) };
    const { rollback: machine } = resolveDeployedResources(context.config, args.stage);
    return startAndFollow({ machine, input }, args, context);
  },
};

interface DryRunRequest {
  target: Target;
  cause: RollbackCause;
}

/** Makes the state machine's decision with the user's own credentials and prints it. */
async function dryRunRollback(request: DryRunRequest, args: VerbArguments, context: CliContext): Promise<ExitCode> {
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
