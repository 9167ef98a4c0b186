import { verbs } from './verbs.ts';

/** Who reads a message: how they start the command line, such as `npx gantry`, and the name of their configuration file. */
export interface Reader {
  program: string;
  configFile?: string | undefined;
}

const commandPattern = new RegExp(`\\bgantry (?=(?:${[...verbs.keys(), 'doctor'].join('|')})\\b)`, 'g');
const configFilePattern = /(?<![\w./\\-])gantry\.config\.ts\b/g;

/**
 * Rewrites a message for its reader. The messages of core/ and of the deployed functions, which know no reader, call the command `gantry VERB`
 * and the configuration gantry.config.ts.
 */
export function adaptMessage(message: string, { program, configFile }: Reader): string {
  const adapted = message.replace(commandPattern, () => `${program} `);
  return configFile === undefined ? adapted : adapted.replace(configFilePattern, () => configFile);
}

/** The environment variables that npm sets for the scripts and commands that it runs. */
export interface NpmEnvironment {
  npm_command?: string | undefined;
  npm_lifecycle_event?: string | undefined;
  npm_lifecycle_script?: string | undefined;
}

/** Returns the command that the user typed before the verb. `packaged`: the program is the installed package, not a checkout. */
export function chooseProgramName(env: NpmEnvironment, packaged: boolean): string {
  if (!packaged) return 'npm run gantry --';
  if (env.npm_command === undefined) return 'gantry';
  // A script without arguments of its own, such as "gantry": "gantry", takes the verb from the command line.
  return env.npm_command === 'run-script' && env.npm_lifecycle_script === 'gantry'
    ? `npm run ${env.npm_lifecycle_event} --`
    : 'npx gantry';
}
