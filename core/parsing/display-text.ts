/** `arn:…:targetgroup/NAME/0123456789abcdef` (elasticloadbalancing); the name alone identifies the target group. */
const targetGroupArnPattern = /arn:aws[\w-]*:elasticloadbalancing:[^\s):]*:\d*:targetgroup\/([\w-]+)\/[0-9a-f]+/g;

/** Any ARN of ECS: its last part names the resource. */
const ecsArnPattern = /arn:aws[\w-]*:ecs:[^\s):]*:\d*:[\w-]+\/(?:[\w-]+\/)*/g;

/** The ids of tasks and container instances: 32 hexadecimal digits. The first eight distinguish them, as with a commit's hash. */
const taskIdPattern = /\b([0-9a-f]{8})[0-9a-f]{24}\b/g;

/** Shortens the ARNs and ids in a text of ECS to the parts by which a person identifies them. */
export const shortenArns = (text: string): string =>
  text.replace(targetGroupArnPattern, '$1').replace(ecsArnPattern, '').replace(taskIdPattern, '$1');

/** At most the first `longest` characters (UTF-16 units, as AWS counts). Drops half a surrogate pair at the end: AWS APIs reject or corrupt a text with one. */
export const truncateText = (text: string, longest: number): string => text.slice(0, longest).replace(/\p{Cs}$/u, '');

/** Writes control, direction and invisible characters and lone surrogates as `\u001b`, so that a text from outside cannot disguise itself on a reader's screen. */
export const escapeUnprintable = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for control characters
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
