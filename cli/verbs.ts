import type { Verb } from './verb.ts';

/** A verb of the command line. Its code is loaded only if the verb runs, because the AWS clients take most of the time of a start. */
export interface VerbEntry {
  /** The first line of its help: its name, its arguments and what it does. */
  usage: string;
  load(): Promise<Verb>;
}

/** All verbs except `doctor`, which is a program of its own. */
export const verbs = new Map<string, VerbEntry>(
  Object.entries({
    deploy: {
      usage: 'deploy TARGET …   deploy images, an older artifact or a given revision',
      load: async () => (await import('./deploy.ts')).deploy,
    },
    redeploy: {
      usage: 'redeploy TARGET   deploy the running revision again, with new tasks',
      load: async () => (await import('./redeploy.ts')).redeploy,
    },
    rollback: {
      usage: 'rollback TARGET   roll back to the last known-good revision, or to a given one',
      load: async () => (await import('./rollback.ts')).rollback,
    },
    continue: {
      usage: 'continue TARGET   answer the pause hook that a deployment waits at: continue it, or roll it back',
      load: async () => (await import('./continue.ts')).continueDeployment,
    },
    run: {
      usage: 'run TARGET … -- COMMAND   run a command on the running revision, and exit with its exit code',
      load: async () => (await import('./run.ts')).run,
    },
    status: {
      usage: 'status [TARGET]   show what runs, since when and from which release, and what is in progress',
      load: async () => (await import('./status.ts')).status,
    },
    history: {
      usage: 'history TARGET   show who deployed what and when, how it ended, and the four delivery metrics',
      load: async () => (await import('./history.ts')).history,
    },
    watch: {
      usage: 'watch TARGET|EXECUTION   follow a running execution, or show how a finished one went',
      load: async () => (await import('./watch.ts')).watch,
    },
    board: {
      usage: 'board [--out DIR]   serve a page about all services on this computer, or write it as files',
      load: async () => (await import('./board.ts')).board,
    },
    template: {
      usage: 'template build|target NAME   print the CloudFormation template of the build account, or of a target',
      load: async () => (await import('./template.ts')).template,
    },
    package: {
      usage: 'package [--out DIR]   write the zips of the functions and all templates, and print how to deploy them',
      load: async () => (await import('./package.ts')).packageFiles,
    },
  }),
);
