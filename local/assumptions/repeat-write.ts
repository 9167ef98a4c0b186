import type { Cloud } from '../cloud.ts';

/** Delay of the second write of an artifact, if the selected answer includes one. Milliseconds. */
const repeatDelayMs = 20_000;

/** Writes an artifact and, if the answer says so, writes it again later. Throws the error of the first write. */
export async function writeArtifact({ answers, clock }: Cloud, write: () => Promise<unknown>): Promise<void> {
  await write();
  if (answers['artifact-rewritten'] === 'same-bytes')
    clock.after(repeatDelayMs, () => void clock.freezeDuring(write().catch(() => undefined)));
}
