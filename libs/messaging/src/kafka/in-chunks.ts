import { OutgoingMessage } from '../messaging.port';

/** What a message takes beside its key, value and headers. */
const FRAME_BYTES = 64;

/** Cuts messages, in order, into runs of at most `bytesMax`; a message that is larger alone is a run of its own. */
export function* inChunks(messages: readonly OutgoingMessage[], bytesMax: number): Generator<readonly OutgoingMessage[]> {
  let chunk: OutgoingMessage[] = [];
  let size = 0;
  for (const message of messages) {
    const bytes = sizeOf(message);
    if (chunk.length > 0 && size + bytes > bytesMax) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(message);
    size += bytes;
  }
  if (chunk.length > 0) yield chunk;
}

/** Bytes of a message on the wire, about; texts count as UTF-8. */
function sizeOf({ key, value, headers }: OutgoingMessage): number {
  let bytes = FRAME_BYTES + Buffer.byteLength(key) + value.length;
  for (const [name, text] of Object.entries(headers)) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}
