import { parseRevisionName } from '../parsing/arn.ts';
import { shortenMiddle } from '../parsing/display-text.ts';
import { formatConsoleUrl } from '../parsing/partition.ts';
import { labelEntryResult } from './deployment-event.ts';
import type { LedgerEntry } from './ledger.ts';

/** The end of a deployment for people. All texts are plain and printable, because the ledger escapes the texts of other people. */
interface EndNotice {
  title: string;
  /** The reason for this end, without any container output. */
  sentence: string;
  facts: [name: string, value: string][];
  links: [name: string, url: string][];
  /** The next steps of a person, each with its command. */
  commands: [purpose: string, command: string][];
}

/** The maximum length of the sentence, so that a message stays easy to read. `gantry history` shows the whole reason. */
const longestSentence = 1500;

/** SNS limits a subject to 100 characters of ASCII (API_Publish, `Subject`). */
const longestSubject = 100;

/** Describes how an entry ended, or how its rollback ended. `place`: the account and Region of the execution, which are those of the build account. */
export function createEndNotice(entry: LedgerEntry, place: { region: string }): EndNotice {
  const name = entry.target ?? `${entry.service.name} in ${entry.service.account}`;
  return {
    title: `${labelEnd(entry)}: ${name}`,
    sentence: shortenMiddle(entry.rollback?.sentence ?? entry.reason ?? 'No reason was recorded.', longestSentence),
    facts: listFacts(entry),
    links: listConsoleLinks(entry, place.region),
    commands: listFollowUpCommands(entry),
  };
}

/** Names the kind of the end, so that a reader does not confuse the end of a rollback with the end of a release. */
function labelEnd(entry: LedgerEntry): string {
  const { kind, result, rollback } = entry;
  if (rollback !== undefined) return rollback.rolledBack ? 'Rollback succeeded' : 'Rollback failed';
  if (kind === 'deploy') return labelEntryResult(entry);
  return result === 'NothingToDo' ? 'Nothing to roll back' : `Rollback ${labelEntryResult(entry).toLowerCase()}`;
}

function listFacts({ before, after, commit, source }: LedgerEntry): [string, string][] {
  const revisions = [before, after].map((revision) => (revision === undefined ? '-' : parseRevisionName(revision)));
  const facts: [string, string][] = [['Revision', revisions.join(' → ')]];
  if (commit !== undefined) facts.push(['Commit', `${commit.id.slice(0, 12)} ${commit.summary ?? ''}`.trim()]);
  return [...facts, ['From', describeSource(source)]];
}

function describeSource(source: LedgerEntry['source']): string {
  if (source.type === 'pipeline') return `the pipeline ${source.name ?? 'of a job'}`;
  if (source.type === 'event') return `the event ${source.detailType}`;
  return source.by === undefined ? 'a manual start' : `a manual start, by ${source.by} as claimed`;
}

/** Returns the pages of an entry in the consoles of the build account. */
export function listConsoleLinks({ execution, source }: LedgerEntry, region: string): [string, string][] {
  const console = formatConsoleUrl(region);
  const states = `${console}/states/home?region=${region}#/v2/executions/details/${execution}`;
  if (source.type !== 'pipeline' || source.name === undefined) return [['Execution', states]];
  const pipeline = `${console}/codesuite/codepipeline/pipelines/${encodeURIComponent(source.name)}/view?region=${region}`;
  return [
    ['Execution', states],
    ['Pipeline', pipeline],
  ];
}

/**
 * Returns the commands that can follow. Only a configured service can be named in a command. A rollback is suggested only if Gantry changed the service:
 * otherwise the rollback would replace a revision that works.
 */
export function listFollowUpCommands({ target, kind, result, after, rollback }: LedgerEntry): [string, string][] {
  if (target === undefined) return [];
  const status: [string, string] = ['See where the service stands', `gantry status ${target}`];
  if (after === undefined) return [status];
  const isBad = rollback?.rolledBack === false || (rollback === undefined && result === 'Failed');
  if (isBad) return [['Roll back', `gantry rollback ${target}`], status];
  if (kind === 'deploy' && result === 'Succeeded')
    return [['Roll back, if it is bad', `gantry rollback ${target}`], status];
  return [status];
}

/** Returns an e-mail: a subject that SNS accepts, and a plain text. */
export const createEmail = ({ title, sentence, facts, links, commands }: EndNotice) => ({
  subject: title.replace(/[^ -~]/g, '?').slice(0, longestSubject),
  text: [
    sentence,
    '',
    ...[...facts, ...links].map(([name, value]) => `${name}: ${value}`),
    '',
    ...commands.map(([purpose, command]) => `${purpose}: ${command}`),
  ].join('\n'),
});

/**
 * Writes a text of other people so that it contains no mention and no link in Slack and Teams (docs.slack.dev/messaging/formatting-message-text, "Escaping
 * text"). A space after the first character of a mention, or in the middle of a Markdown link, removes its special meaning.
 */
const asChatText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<!\w)@|\](?=\()/g, '$& ');

/**
 * Returns a message in the event schema for custom notifications of Amazon Q Developer in chat applications (docs.aws.amazon.com/chatbot/latest/
 * adminguide/custom-notifs.html). In channels that allow threads, all messages about one release are in one thread.
 */
export const createChatMessage = ({ title, sentence, facts, links, commands }: EndNotice, entry: LedgerEntry) => ({
  version: '1.0',
  source: 'custom',
  content: {
    textType: 'client-markdown',
    title: asChatText(title),
    description: [
      asChatText(sentence),
      ...facts.map(([name, value]) => `${name}: ${asChatText(value)}`),
      ...links.map(([name, url]) => `${name}: ${url}`),
    ].join('\n'),
    nextSteps: commands.map(([purpose, command]) => `${purpose}: \`${command}\``),
  },
  metadata: {
    threadId: entry.execution.split(':').at(-1) ?? entry.execution,
    summary: asChatText(title),
    eventType: 'Gantry Deployment',
    relatedResources: [entry.execution],
  },
});
