import { lookBack } from '../aws/rollback.ts';
import type { Target } from '../core/model/release.ts';
import type { Cause } from '../core/model/rollback-cause.ts';
import type { RollbackDecision } from '../core/model/states.ts';
import { parseRollback } from '../core/request/rollback.ts';
import { decideRollback } from '../core/rollback/decide.ts';
import { factsFrom, sightOf } from '../core/rollback/observation.ts';
import { rollbackDecision } from '../core/rollback/release-data.ts';
import { type Arguments, revisionIn, targetIn } from './arguments.ts';
import { installedOn } from './machines.ts';
import { rehearsalOf, show } from './rehearse.ts';
import { session } from './service.ts';
import { askedBy, givenBy, startAndFollow, startHelp, startOptions } from './start.ts';
import { commonHelp, type Verb } from './verb.ts';
import { type ExitCode, exitCodes, type World } from './world.ts';

const help = `gantry rollback TARGET   go back to the last good revision, or to a given one

  --to FAMILY:N    the revision to go to (default: the newest that ran well before)
  --dry-run        show what would be done, and do nothing
${startHelp}
${commonHelp}`;

export const rollback: Verb = {
  help,
  options: { to: { type: 'string' }, 'dry-run': { type: 'boolean', default: false }, ...startOptions },
  async run(args, world) {
    const { name } = targetIn(args, world.config);
    const revision = revisionIn(args, 'to');
    const asked = { target: name, ...(revision !== undefined && { revision }) };
    const { cause, targets } = parseRollback({ ...asked, ...givenBy(args) }, world.config, args.stage);
    const [target] = targets;
    if (args.flag('dry-run') && target !== undefined && cause !== undefined)
      return rehearseRollback({ target, cause }, args, world);
    const input = { ...asked, ...(await askedBy(args, world)) };
    const { rollback: machine } = installedOn(world.config, args.stage);
    return startAndFollow({ machine, input }, args, world);
  },
};

interface Asked {
  target: Target;
  cause: Cause;
}

/** Decides as the machine would, with the user's own credentials, and shows what would be done. */
async function rehearseRollback(asked: Asked, args: Arguments, world: World): Promise<ExitCode> {
  const decision = await decisionOn(asked, world);
  const target = asked.target.name ?? asked.target.service;
  if (decision.do === 'revision') {
    const rehearsal = await rehearsalOf(decision.data.release, decision.data.plan, world.now());
    show({ ...rehearsal, would: `${decision.reason} ${rehearsal.would}` }, args, world);
  } else {
    const would = decision.do === 'nothing' ? `Nothing. ${decision.reason}` : decision.reason;
    show({ target, would, differences: [], warnings: [] }, args, world);
  }
  return exitCodes.done;
}

async function decisionOn({ target, cause }: Asked, { config, now: clock }: World): Promise<RollbackDecision> {
  const now = clock();
  const seen = await lookBack(sightOf(target, cause, config), session, now);
  const facts = factsFrom(seen, cause, { config, now });
  return rollbackDecision(facts, decideRollback(facts));
}
