import { readServiceHistory } from '../aws/service-history.ts';
import type { Target } from '../core/model/release.ts';
import type { RollbackCause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/state-data.ts';
import { parseRollbackRequest } from '../core/request/rollback.ts';
import { createRollbackFacts, createServiceHistoryQuery } from '../core/rollback/create-facts.ts';
import { decideRollback } from '../core/rollback/decide.ts';
import { createRollbackDecision } from '../core/rollback/decision-data.ts';
import { readRevisionOption, readTargetArgument, type VerbArguments } from './arguments.ts';
import { type CliContext, type ExitCode, exitCodes } from './context.ts';
import { resolveDeployedResources } from './deployed-resources.ts';
import { dryRunOptions, planDryRun, printDryRun, showValuesOption } from './dry-run.ts';
import { cliSessionName } from './service.ts';
import { identifyRequester, readRequester, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';

const help = `gantry rollback TARGET   go back to the last good revision, or to a given one

  --to FAMILY:N    the revision to go to (default: the newest that ran well before)
  --dry-run        show what would be done, and do nothing
  --show-values    with --dry-run: also show environment values and others that
                   may be secret
${startHelp}
${commonHelp}`;

export const rollback: Verb = {
  help,
  options: { to: { type: 'string' }, ...dryRunOptions, ...startOptions },
  async run(args, world) {
    const { name } = readTargetArgument(args, world.config);
    const revision = readRevisionOption(args, 'to');
    const asked = { target: name, ...(revision !== undefined && { revision }) };
    const { cause, targets } = parseRollbackRequest({ ...asked, ...readRequester(args) }, world.config, args.stage);
    const [target] = targets;
    if (args.flag('dry-run') && target !== undefined && cause !== undefined)
      return dryRunRollback({ target, cause }, args, world);
    const input = { ...asked, ...(await identifyRequester(args, world)) };
    const { rollback: machine } = resolveDeployedResources(world.config, args.stage);
    return startAndFollow({ machine, input }, args, world);
  },
};

interface DryRunRequest {
  target: Target;
  cause: RollbackCause;
}

/** Decides as the machine would, with the user's own credentials, and shows what would be done. */
async function dryRunRollback(asked: DryRunRequest, args: VerbArguments, world: CliContext): Promise<ExitCode> {
  const decision = await decideDryRun(asked, world);
  const target = asked.target.name ?? asked.target.service;
  if (decision.do === 'revision') {
    const { release, plan } = decision.data;
    const showValues = args.flag(showValuesOption);
    const rehearsal = await planDryRun(release, plan, { now: world.now(), showValues });
    printDryRun({ ...rehearsal, would: `${decision.reason} ${rehearsal.would}` }, args, world);
  } else {
    const would = decision.do === 'nothing' ? `Nothing. ${decision.reason}` : decision.reason;
    printDryRun({ target, would, differences: [], warnings: [] }, args, world);
  }
  return exitCodes.done;
}

async function decideDryRun(
  { target, cause }: DryRunRequest,
  { config, now: clock }: CliContext,
): Promise<RollbackDecision> {
  const now = clock();
  const seen = await readServiceHistory(createServiceHistoryQuery(target, cause, config), cliSessionName, now);
  const facts = createRollbackFacts(seen, cause, { config, now });
  return createRollbackDecision(facts, decideRollback(facts));
}
