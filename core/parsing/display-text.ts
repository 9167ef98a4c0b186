/** `arn:…:targetgroup/NAME/0123456789abcdef` (elasticloadbalancing); the name alone identifies the target group. */
const targetGroupArnPattern = /arn:aws[\w-]*:elasticloadbalancing:[^\s):]*:\d*:targetgroup\/([\w-]+)\/[0-9a-f]+/g;

/** Any ARN of ECS: its last part names the resource. */
const ecsArnPattern = /arn:aws[\w-]*:ecs:[^\s):]*:\d*:[\w-]+\/(?:[\w-]+\/)*/g;

/** The ids of tasks and container instances: 32 hexadecimal digits. The first eight distinguish them, as with a commit's hash. */
const taskIdPattern = /\b([0-9a-f]{8})[0-9a-f]{24}\b/g;

/** Shortens the ARNs and ids in a text of ECS to the parts by which a person identifies them. */
export const shortenArns = (text: string): string =>
  text.replace(targetGroupArnPattern, '$1').replace(ecsArnPattern, '').replace(taskIdPattern, '$1');

/**
 * Returns at most the first `longest` characters (UTF-16 units, as AWS counts). Drops half a surrogate pair at the end, because AWS APIs reject or corrupt
 * such a text.
 */
export const truncateText = (text: string, longest: number): string => text.slice(0, longest).replace(/\p{Cs}$/u, '');

const gap = ' … ';

/** The share of a shortened text that comes from its beginning. */
const headShare = 0.6;

/**
 * Returns a text of at most `longest` characters (UTF-16 units), shortened in its middle, because AWS's texts about a failure begin with the place of the
 * failure and end with its cause.
 */
export function shortenMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = truncateText(text, Math.ceil((longest - gap.length) * headShare)).trimEnd();
  const tail = text.slice(text.length - Math.max(longest - gap.length - head.length, 0));
  return `${head}${gap}${tail.replace(/^\p{Cs}/u, '').trimStart()}`;
}

/**
 * The maximum length of a text from AWS or a container that Gantry reads, in characters. ECS's own texts are shorter than this limit. The limit keeps every
 * pattern match fast.
 */
const maxForeignText = 4000;

/** Returns a text from outside, shortened to the part that Gantry reads. */
export const shortenForeignText = (text: string): string => shortenMiddle(text, maxForeignText);

/**
 * Control characters, format characters (such as those of direction), line separators, lone surrogates, and all other invisible characters (Unicode,
 * DerivedCoreProperties, Default_Ignorable_Code_Point). The variation selectors of emoji (U+FE00 to U+FE0F) are kept.
 */
const unprintablePattern = /(?![\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Writes `\u001b` for U+001B, and `\u{e0041}` for a character beyond U+FFFF. */
function escapeCharacter(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return digits.length === 4 ? `\\u${digits}` : `\\u{${digits}}`;
}

/** Writes control, direction and invisible characters and lone surrogates as `\u001b`, so that a text from outside cannot disguise itself on a reader's screen. */
export const escapeUnprintable = (text: string): string => text.replace(unprintablePattern, escapeCharacter);
