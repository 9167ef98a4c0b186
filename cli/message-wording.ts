import { verbs } from './verbs.ts';

/** The reader of a message: how the reader starts the command line, such as `npx gantry`, and the name of the reader's configuration file. */
export interface Reader {
  program: string;
  configFile?: string | undefined;
}

const commandPattern = new RegExp(`\\bgantry (?=(?:${[...verbs.keys(), 'doctor'].join('|')})\\b)`, 'g');
const configFilePattern = /(?<![\w./\\-])gantry\.config\.ts\b/g;

/**
 * Rewrites a message for its reader. The messages of core/ and of the deployed functions are written without knowing the reader. They call the command `gantry
 * VERB` and the configuration gantry.config.ts.
 */
export function adaptMessage(message: string, { program, configFile }: Reader): string {
  const adapted = message.replace(commandPattern, () => `${program} `);
  return configFile === undefined ? adapted : adapted.replace(configFilePattern, () => configFile);
}

/** The environment variables that npm, pnpm, Yarn and Bun set for the scripts and commands that they run. */
export interface PackageManagerEnvironment {
  npm_config_user_agent?: string | undefined;
  npm_command?: string | undefined;
  npm_lifecycle_event?: string | undefined;
  npm_lifecycle_script?: string | undefined;
}

/** How each package manager runs the command of a package, and a script of package.json with more arguments. */
const packageManagers: Record<string, { command: string; script: (name: string) => string }> = {
  npm: { command: 'npx gantry', script: (name) => `npm run ${name} --` },
  pnpm: { command: 'pnpm gantry', script: (name) => `pnpm run ${name}` },
  yarn: { command: 'yarn gantry', script: (name) => `yarn run ${name}` },
  bun: { command: 'bunx gantry', script: (name) => `bun run ${name}` },
};

/** Returns the command that the user typed before the verb. `packaged`: the program is the installed package, not a checkout. */
export function chooseProgramName(env: PackageManagerEnvironment, packaged: boolean): string {
  if (!packaged) return 'npm run gantry --';
  const [agent] = (env.npm_config_user_agent ?? '').split('/');
  const manager = packageManagers[agent ?? ''] ?? (env.npm_command === undefined ? undefined : packageManagers.npm);
  if (manager === undefined) return 'gantry';
  const { npm_command: ran, npm_lifecycle_event: script, npm_lifecycle_script: text } = env;
  // If a script has no arguments of its own, such as "gantry": "gantry", the user typed the verb. npm 11 writes `run`, and npm 10 `run-script`.
  return ran !== 'exec' && script !== undefined && text === 'gantry' ? manager.script(script) : manager.command;
}
