/** The most characters of a role session name (STS AssumeRole, `RoleSessionName`). */
const maxSessionNameLength = 64;

/**
 * Returns a role session name that identifies the execution: the last part of its ARN, in STS's characters. Of a longer name, it has the beginning and the
 * end, which differs if the beginning is the same.
 */
export function createSessionName(execution: string): string {
  const name = (execution.split(':').at(-1) ?? '').replace(/[^\w+=,.@-]/g, '-');
  if (name.length <= maxSessionNameLength) return name.padEnd(2, '-');
  const half = maxSessionNameLength / 2 - 1;
  return `${name.slice(0, half)}..${name.slice(-half)}`;
}
