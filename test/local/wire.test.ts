import { cbor, tag } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import { decodeChunkedBody } from '../../local/aws-chunked.ts';
import { createCborCodec } from '../../local/wire-cbor.ts';
import { createJsonCodec } from '../../local/wire-json.ts';
import { createQueryCodec } from '../../local/wire-query.ts';
import { xmlElement } from '../../local/xml.ts';

const when = new Date('2026-11-23T09:00:00.250Z');
const http = (body: string | Uint8Array, headers: Record<string, string> = {}) => ({
  method: 'POST',
  path: '/service/X/operation/Do',
  query: new URLSearchParams(),
  headers,
  body: Buffer.from(body),
});

describe('a protocol reads and writes plain data:', () => {
  it('CBOR has dates in both directions, and bytes', () => {
    const wire = createCborCodec(http(cbor.serialize({ From: tag({ tag: 1, value: 1763888400.25 }), Names: ['a'] })));
    expect(wire.read()).toEqual({ operation: 'Do', input: { From: 1763888400.25, Names: ['a'] } });
    const { body } = wire.renderResult('Do', { At: when, Bytes: Buffer.from('x'), Gone: undefined }, 'id');
    const { At, ...rest } = cbor.deserialize(Buffer.from(body));
    expect(At).toMatchObject({ tag: 1, value: when.getTime() / 1000 });
    expect(rest).toEqual({ Bytes: Buffer.from('x') });
  });

  it('AWS JSON writes bytes as base64, keeps null and omits what is absent', () => {
    const { body } = createJsonCodec(http('{}')).renderResult(
      'Do',
      { a: Buffer.from('x'), b: null, c: undefined, d: [when] },
      'id',
    );
    expect(body).toBe('{"a":"eA==","b":null,"d":[1795424400.25]}');
  });

  it('a query form is read with its lists and structures, and written with members', () => {
    const wire = createQueryCodec(
      'urn:x',
      http('Action=Do&Version=1&Name=n&Tags.member.1.Key=k&Tags.member.2.Key=l&Deep.Er=1'),
    );
    expect(wire.read()).toEqual({
      operation: 'Do',
      input: { Name: 'n', Tags: [{ Key: 'k' }, { Key: 'l' }], Deep: { Er: '1' } },
    });
    expect(wire.renderResult('Do', { Items: [{ A: 1 }, { A: 2 }] }, 'id').body).toContain(
      '<DoResult><Items><member><A>1</A></member><member><A>2</A></member></Items></DoResult>',
    );
  });

  it('S3 lists repeat their element', () => {
    expect(xmlElement('Contents', [{ Key: 'a&b' }, { Key: 'c' }])).toBe(
      '<Contents><Key>a&amp;b</Key></Contents><Contents><Key>c</Key></Contents>',
    );
  });

  it('chunks of a streamed body are decoded and its trailers become headers', () => {
    const body = '5;chunk-signature=abc\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n';
    const whole = decodeChunkedBody(http(body, { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }));
    expect(whole.body.toString()).toBe('hello world');
    expect(whole.headers['x-amz-checksum-crc32']).toBe('AAAA');
  });

  it('a body that is not JSON is refused', () => {
    const wire = createJsonCodec(http('{', { 'x-amz-target': 'TrentService.DescribeKey' }));
    expect(() => wire.read()).toThrow(expect.objectContaining({ name: 'SerializationException' }));
  });
});
