import type { Behavior, OneOff } from './behavior.ts';
import type { EcsTask } from './state.ts';
import type { ContainerDefinition } from './task-definition-input.ts';

/** A command that the image says nothing about succeeds after five seconds. */
const successfulCommand: OneOff = { seconds: 5, exitCode: 0, log: [], ends: 'exit' };

const outcomeOf = { exit: 'crash', hang: 'healthy' } as const;

/** Translates what a command does into the behaviour of its container: an exit is a `crash`, whatever its code. */
const commandBehavior = (image: Behavior, { seconds, exitCode, log, ends }: OneOff): Behavior => ({
  ...image,
  // biome-ignore lint/suspicious/noThenProperty: the word of the annotation
  then: ends === 'exit' || ends === 'hang' ? outcomeOf[ends] : ends,
  afterSeconds: seconds,
  exitCode,
  log,
});

/**
 * Returns what an image does as a container of a task of RunTask: what `oneOff` says of its command. Without such an entry, a command of
 * RunTask succeeds, and the image's own command behaves as in a service.
 */
export function oneOffBehavior(image: Behavior, task: EcsTask, container: ContainerDefinition): Behavior {
  const { containerOverrides = [] } = task.launch.overrides;
  const override = containerOverrides.find(({ name }) => name === container.name)?.command;
  const command = (override ?? container.command ?? []).join(' ');
  const found = image.oneOff.find((each) => command.includes(each.command ?? ''));
  const applies = found ?? (override === undefined ? undefined : successfulCommand);
  return applies === undefined ? image : commandBehavior(image, applies);
}
