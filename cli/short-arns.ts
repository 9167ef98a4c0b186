import { shortenArns } from '../core/parsing/display-text.ts';

/**
 * ARNs of which a person needs only the name: executions and state machines, functions, alarms, log groups, topics. The ARN of a role stays whole, because its
 * account is needed to identify the role.
 */
const namedArnPattern =
  /\barn:aws[\w-]*:(?:states:[\w-]+:\d{12}:(?:execution:[^\s:,;)"]+|stateMachine)|lambda:[\w-]+:\d{12}:function|cloudwatch:[\w-]+:\d{12}:alarm|logs:[\w-]+:\d{12}:log-group|sns:[\w-]+:\d{12}):/g;

/** Texts that a person opens or copies unchanged: links, which contain the ids of tasks, and an ARN in a command of the AWS command line. */
const copiedPattern = /(https:\/\/\S+|--execution-arn \S+)/;

/** Five or more tasks in a row. ECS lists all tasks that it has started or stopped in this way (service-event-messages). */
const manyTasksPattern = /((?:\(task [^\s)]+\) ){3})((?:\(task [^\s)]+\) ?){2,})/g;

/** Names only the first three of many tasks. */
export const shortenTaskLists = (text: string): string =>
  text.replace(manyTasksPattern, (_, first: string, others: string) => {
    const end = others.endsWith(' ') ? ' ' : '';
    return `${first}and ${others.split('(task').length - 1} more${end}`;
  });

/** Shortens the ARNs and the ids of tasks in a text for people to the names in them. The output of `--json` contains the whole ARNs and ids. */
export const shortenArnsForPeople = (text: string): string =>
  text
    .split(copiedPattern)
    .map((part) => (copiedPattern.test(part) ? part : shortenArns(part.replace(namedArnPattern, ''))))
    .join('');
