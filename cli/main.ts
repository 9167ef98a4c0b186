import { Failure } from '../core/errors/failure.ts';
import { isHelpRequested, takeOptions } from './command.ts';
import { type ExitCode, exitCodes } from './context.ts';
import { adaptMessage } from './message-wording.ts';
import type { UnconfiguredContext } from './run-verb.ts';
import { verbs } from './verbs.ts';
import { readVersion } from './version.ts';
import { wrapHelp } from './wrap-help.ts';

const formatUsage = (program: string): string => `Usage: ${program} VERB …

${[...verbs.values()].map(({ usage }) => `  ${usage}`).join('\n')}
  doctor   check every step that a release depends on, and say how to fix what fails

${program} VERB --help lists the options of a verb. ${program} --version prints the version.
Exit codes: 0 succeeded, 1 failed or rolled back, 2 an error in the command or the configuration, 3 superseded, 4 AWS could not be reached
or refused a call, 130 stopped watching (the deployment continues). run: that of the container, or 125 if it is not known.
`;

/** Runs one command and returns its exit code. `argv` does not contain the program's name. */
export async function main(argv: string[], context: UnconfiguredContext): Promise<ExitCode> {
  const [word] = argv;
  const verb = verbs.get(word ?? '');
  if (isHelpRequested(argv) || word === 'help') return printText(context, await formatHelp(argv, context.program));
  if (word === '--version') return printText(context, `${readVersion()}\n`);
  const json = takeOptions(argv).includes('--json');
  try {
    if (verb === undefined) throw unknownVerbFailure(word, json, context.program);
    const { runVerb } = await import('./run-verb.ts');
    return await runVerb(argv, verb, context);
  } catch (error) {
    const { reportError } = await import('./report-error.ts');
    return reportError(error, { ...context, adaptMessage: (message) => adaptMessage(message, context) }, json);
  }
}

const printText = ({ out, terminal }: UnconfiguredContext, text: string): ExitCode => {
  out(wrapHelp(text, terminal?.size().columns));
  return exitCodes.done;
};

/** The help of the verb in `gantry VERB --help`, `gantry --help VERB` or `gantry help VERB`, or else the usage. */
async function formatHelp(argv: string[], program: string): Promise<string> {
  const [word = ''] = argv.filter((argument) => argument !== 'help' && !argument.startsWith('-'));
  const verb = verbs.get(word);
  if (verb === undefined) return formatUsage(program);
  const { helpTexts } = await import('./help-texts.ts');
  return `${program} ${verb.usage}\n\n${adaptMessage(helpTexts[word] ?? '', { program })}\n`;
}

/** Without `--json` prints the usage. With it, prints one line that lists the verbs. */
function unknownVerbFailure(word: string | undefined, json: boolean, program: string): Failure {
  const expected = json
    ? `; there are: ${[...verbs.keys()].join(', ')}, doctor.`
    : `.\n\n${formatUsage(program).trimEnd()}`;
  return new Failure('ConfigurationError', `${describeWord(word)}${expected}`);
}

function describeWord(word: string | undefined): string {
  if (word === undefined) return 'The verb is missing';
  return word.startsWith('-') ? `The first argument must be a verb, but it is "${word}"` : `There is no verb "${word}"`;
}
