/** Prepends the key's ARN to a ciphertext, so that Decrypt needs no KeyId, as on AWS. */
export const prependKeyArn = (arn: string, sealed: Buffer): Buffer =>
  Buffer.concat([Buffer.from([arn.length]), Buffer.from(arn), sealed]);

/** Splits a ciphertext into the key's ARN and the sealed bytes. */
export function splitCiphertext(ciphertext: Buffer): { arn: string; sealed: Buffer } {
  const end = 1 + (ciphertext[0] ?? 0);
  return { arn: ciphertext.subarray(1, end).toString(), sealed: ciphertext.subarray(end) };
}
