import type { KafkaMessage } from 'kafkajs';
import { IncomingMessage } from '../messaging.port';

const NOTHING = Buffer.alloc(0);

/** Offsets come as decimal texts beyond what a double holds; a repeated header keeps its last value. */
export function fromKafka(topic: string, partition: number, message: KafkaMessage): IncomingMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = last.toString();
  }
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value ?? NOTHING,
    headers,
  };
}
