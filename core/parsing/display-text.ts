/** `arn:…:targetgroup/NAME/0123456789abcdef` (elasticloadbalancing), of which the name tells all. */
const targetGroupArnPattern = /arn:aws[\w-]*:elasticloadbalancing:[^\s):]*:\d*:targetgroup\/([\w-]+)\/[0-9a-f]+/g;

/** Any ARN of ECS: its last part names the thing. */
const ecsArnPattern = /arn:aws[\w-]*:ecs:[^\s):]*:\d*:[\w-]+\/(?:[\w-]+\/)*/g;

/** The ids of tasks and container instances: 32 hexadecimal digits, of which eight tell one from another, as in a commit's. */
const taskIdPattern = /\b([0-9a-f]{8})[0-9a-f]{24}\b/g;

/** A text of ECS with its long names cut to what a person tells them by. */
export const shortenArns = (text: string): string =>
  text.replace(targetGroupArnPattern, '$1').replace(ecsArnPattern, '').replace(taskIdPattern, '$1');

/** The first so many characters (UTF-16 units, by which AWS counts), less the half of one at the end: an AWS API refuses a text with that, or spoils it. */
export const truncateText = (text: string, longest: number): string => text.slice(0, longest).replace(/\p{Cs}$/u, '');

const gap = ' … ';

/** The share of a shortened text that its beginning gets. */
const headShare = 0.6;

/** A text of at most `longest` characters (UTF-16 units), shortened in its middle: what AWS says of a failure begins with where it happened and ends with why. */
export function shortenMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = truncateText(text, Math.ceil((longest - gap.length) * headShare)).trimEnd();
  const tail = text.slice(text.length - Math.max(longest - gap.length - head.length, 0));
  return `${head}${gap}${tail.replace(/^\p{Cs}/u, '').trimStart()}`;
}

/** Longest text of AWS or of a container that is read, in characters: ECS's own texts are shorter, and everything that reads one stays fast. */
const maxForeignText = 4000;

/** A text from outside, shortened to what is read of it. */
export const boundForeignText = (text: string): string => shortenMiddle(text, maxForeignText);

/** Control, direction and invisible characters and halves of a pair as `\u001b`, so that a foreign text cannot play tricks on a reader's screen. */
export const escapeUnprintable = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
