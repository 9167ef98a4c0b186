/* Instead of @smithy/core/event-streams: none of our calls returns an event stream. Clients set the provider up when they are created. */

export const eventStreamSerdeProvider = (): undefined => undefined;
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

function refuse(): never {
  throw new Error('Bundles contain no event streams (bundle/replacements/event-streams.ts).');
}

export {
  refuse as EventStreamCodec,
  refuse as EventStreamMarshaller,
  refuse as EventStreamSerde,
  refuse as getChunkedStream,
  refuse as getMessageUnmarshaller,
  refuse as getUnmarshalledStream,
  refuse as HeaderMarshaller,
  refuse as Int64,
  refuse as iterableToReadableStream,
  refuse as MessageDecoderStream,
  refuse as MessageEncoderStream,
  refuse as readableStreamToIterable,
  refuse as SmithyMessageDecoderStream,
  refuse as SmithyMessageEncoderStream,
  refuse as UniversalEventStreamMarshaller,
  refuse as universalEventStreamSerdeProvider,
};
