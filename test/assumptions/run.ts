import { runCommand } from '../../cli/command.ts';
import { otherAnswers } from '../../local/assumptions/answers.ts';
import { parseAnswerOption } from '../../local/run/parse-answers.ts';
import { playUnder } from './play.ts';

const usage = `npm run assumptions -- [--answer id=answer]

Plays releases, rollbacks and jobs under every answer to every assumption about AWS (docs/assumptions.md), one at a time.
  --answer  only this answer

Exit code: 0 if everything ended as it must, 1 if not, 2 if the arguments are wrong.
`;

const options = { answer: { type: 'string' } } as const;

function selectedAnswers(given: string | undefined) {
  if (given === undefined) return [undefined, ...otherAnswers];
  return [parseAnswerOption('answer', given)];
}

const code = await runCommand({
  usage,
  options,
  async run({ answer }) {
    let failed = 0;
    for (const selected of selectedAnswers(answer)) {
      const problems = await playUnder(selected);
      const name = selected === undefined ? 'the defaults' : `${selected.id} = ${selected.answer}`;
      console.log(
        [`${problems.length === 0 ? 'pass' : 'FAIL'}  ${name}`, ...problems.map((each) => `      ${each}`)].join('\n'),
      );
      if (problems.length > 0) failed += 1;
    }
    return failed === 0 ? 0 : 1;
  },
});
// The timers of the played systems would keep the process alive.
process.exit(code);
