import { shortenArns } from '../core/parsing/display-text.ts';

/**
 * ARNs of which a person needs only the name: executions and state machines, functions, alarms, log groups, topics. The ARN of a role stays whole: its
 * account tells which role it is.
 */
const namedArnPattern =
  /\barn:aws[\w-]*:(?:states:[\w-]+:\d{12}:(?:execution:[^\s:,;)"]+|stateMachine)|lambda:[\w-]+:\d{12}:function|cloudwatch:[\w-]+:\d{12}:alarm|logs:[\w-]+:\d{12}:log-group|sns:[\w-]+:\d{12}):/g;

/** Shortens the ARNs in a text for people to the names in them. `--json` has the whole ARNs. */
export const shortenArnsForPeople = (text: string): string => shortenArns(text.replace(namedArnPattern, ''));
