import type { Config } from '../core/config/check.ts';
import { targetOf } from '../core/config/targets.ts';
import { Failure } from '../core/errors/failure.ts';
import { advised } from './advice.ts';
import { targetIn } from './arguments.ts';
import { installedOn } from './machines.ts';
import { type Standing, standingOf } from './standing.ts';
import { standingLines } from './standing-lines.ts';
import { commonHelp, type Verb } from './verb.ts';
import { type ExitCode, exitCodes } from './world.ts';

const help = `gantry status [TARGET]   what runs, since when, by which release; what is going on

  Without a target: all of gantry.config.ts.
${commonHelp}`;

/** A target that could not be looked at: why, and what that makes of the exit code. */
interface Unseen {
  target: string;
  problem: string;
  exitCode: ExitCode;
}

export const status: Verb = {
  help,
  options: {},
  async run(args, world) {
    process.env.TABLE = installedOn(world.config, args.stage).table;
    const targets =
      args.positionals.length === 0 ? allTargets(world.config, args.stage) : [targetIn(args, world.config)];
    const now = world.now();
    const look = (target: (typeof targets)[number]) => standingOf(target, now).catch(unseen(target.name, world.config));
    const found = await Promise.all(targets.map(look));
    for (const one of found) world.out(args.json ? jsonLine(one, now) : `${linesOf(one, now).join('\n')}\n`);
    return (
      found.map((one) => ('problem' in one ? one.exitCode : exitCodes.done)).find((code) => code > 0) ?? exitCodes.done
    );
  },
};

const allTargets = (config: Config, stage: string) =>
  config.targets.flatMap(({ name, services }) =>
    services.map((service) => {
      const named = `${name}/${service.name}`;
      return { ...targetOf(config, named, stage), name: named };
    }),
  );

const unseen =
  (target: string, config: Config) =>
  async (error: unknown): Promise<Unseen> => {
    if (!(error instanceof Failure)) throw error;
    const { name, message } = await advised(error, config);
    const exitCode = name === 'ConfigurationError' ? exitCodes.mistake : exitCodes.unavailable;
    return { target, problem: message, exitCode };
  };

const jsonLine = (found: Standing | Unseen, now: Date): string =>
  `${JSON.stringify({ at: now.toISOString(), type: 'status', ...found })}\n`;

const linesOf = (found: Standing | Unseen, now: Date): string[] =>
  'problem' in found ? [`${found.target}: ${found.problem}`] : standingLines(found, now);
