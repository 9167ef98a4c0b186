/** The maximum length of a role session name (STS AssumeRole, `RoleSessionName`). */
const maxSessionNameLength = 64;

/**
 * Returns a role session name that identifies the execution: the last part of its ARN, in STS's characters. A longer name is shortened to its beginning and
 * its end. The end keeps names with the same beginning different.
 */
export function createSessionName(execution: string): string {
  const name = (execution.split(':').at(-1) ?? '').replace(/[^\w+=,.@-]/g, '-');
  if (name.length <= maxSessionNameLength) return name.padEnd(2, '-');
  const half = maxSessionNameLength / 2 - 1;
  return `${name.slice(0, half)}..${name.slice(-half)}`;
}
