import type { Behavior, OneOff } from './behavior.ts';
import type { EcsTask } from './state.ts';
import type { ContainerDefinition } from './task-definition-input.ts';

/** The behaviour of a command for which the image defines none: it succeeds after five seconds. */
const successfulCommand: OneOff = { seconds: 5, exitCode: 0, log: [], ends: 'exit' };

const outcomeOf = { exit: 'crash', hang: 'healthy' } as const;

/** Translates the behaviour of a command into the behaviour of its container. An exit is a `crash`, whatever its code. */
const commandBehavior = (image: Behavior, { seconds, exitCode, log, ends }: OneOff): Behavior => ({
  ...image,
  // biome-ignore lint/suspicious/noThenProperty: the word of the annotation
  then: ends === 'exit' || ends === 'hang' ? outcomeOf[ends] : ends,
  afterSeconds: seconds,
  exitCode,
  log,
});

/**
 * Returns the behaviour of an image's container in a task of RunTask: the entry of `oneOff` for its command. Without such an entry, a command of RunTask
 * succeeds, and the image's own command behaves as in a service.
 */
export function oneOffBehavior(image: Behavior, task: EcsTask, container: ContainerDefinition): Behavior {
  const { containerOverrides = [] } = task.launch.overrides;
  const override = containerOverrides.find(({ name }) => name === container.name)?.command;
  const command = (override ?? container.command ?? []).join(' ');
  const found = image.oneOff.find((each) => command.includes(each.command ?? ''));
  const applies = found ?? (override === undefined ? undefined : successfulCommand);
  return applies === undefined ? image : commandBehavior(image, applies);
}
