/** A ciphertext that carries the key's ARN, as AWS's does: Decrypt needs no KeyId. */
export const prependKeyArn = (arn: string, sealed: Buffer): Buffer =>
  Buffer.concat([Buffer.from([arn.length]), Buffer.from(arn), sealed]);

/** Takes the key's ARN and the sealed bytes out of a ciphertext. */
export function splitCiphertext(ciphertext: Buffer): { arn: string; sealed: Buffer } {
  const end = 1 + (ciphertext[0] ?? 0);
  return { arn: ciphertext.subarray(1, end).toString(), sealed: ciphertext.subarray(end) };
}
