import type { TargetConfig } from './schema.ts';

/** The state machines that do the work, for all targets: `state-machines/NAME.asl.json`. To add one, add its name here and its states in infra/system-workflow.ts. */
export const sharedMachineNames = ['deploy', 'rollback', 'continue', 'run'] as const;

export type SharedMachineName = (typeof sharedMachineNames)[number];

/** A way to start an execution manually. Each target that allows it has its own state machine for it, so that IAM can allow one target and deny another. */
interface Entry {
  /** The name of the shared state machine that the entry machine starts. */
  starts: SharedMachineName;
  /** Whether a target has this entry machine, and the error text of a target without it. */
  isAllowed(target: TargetConfig): boolean;
  denial: string;
}

/** The entry machines that a target can have. To add one, add its entry here. */
export const entryMachines = {
  deploy: {
    starts: 'deploy',
    isAllowed: ({ manualDeploys }) => manualDeploys === 'allow',
    denial:
      "allows no manual deployments (manualDeploys is 'deny' in gantry.config.ts): release with a pipeline, or set manualDeploys to 'allow' and deploy Gantry again. Manual rollbacks are allowed",
  },
  rollback: { starts: 'rollback', isAllowed: () => true, denial: 'allows no manual rollbacks' },
  continue: {
    starts: 'continue',
    isAllowed: ({ pauseHooks }) => pauseHooks === 'allow',
    denial:
      "does not let Gantry answer pause hooks (pauseHooks is 'deny' in gantry.config.ts): set pauseHooks to 'allow' and deploy Gantry again, or answer with your own permission ecs:ContinueServiceDeployment",
  },
  run: {
    starts: 'run',
    isAllowed: ({ manualTasks }) => manualTasks === 'allow',
    denial:
      "allows no commands (manualTasks is 'deny' in gantry.config.ts, which is the default): set manualTasks to 'allow' and deploy Gantry and the target's role again",
  },
} as const satisfies Record<string, Entry>;

export type ManualStart = keyof typeof entryMachines;

export const manualStarts = Object.keys(entryMachines).filter((kind): kind is ManualStart => kind in entryMachines);

/** Returns what people can start manually in a target. Gantry creates an entry machine for each of them. */
export const listAllowedManualStarts = (target: TargetConfig): ManualStart[] =>
  manualStarts.filter((kind) => entryMachines[kind].isAllowed(target));

/**
 * Returns the name of the execution that an entry machine starts: the name of the target, and the name of the entry machine's execution. A target's name
 * contains no underscore, so no target can use a name of another target, or the name of a job's execution (state-machines/entry.asl.json).
 */
export const nestedExecutionName = (target: string, name: string): string => `${target}_${name}`;
