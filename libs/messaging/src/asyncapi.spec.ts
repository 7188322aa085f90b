import { LogRecord } from '@suyuan/event-log';
import Ajv from 'ajv';
import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DeadLetters } from './dead-letters/dead-letters';
import { InProcessMessaging } from './in-process/in-process-messaging.adapter';
import { readRecordMessage, toRecordMessage } from './records/record-message';
import { StoreNames } from './store/store-names';

interface Channel {
  readonly address: string;
  readonly bindings: { readonly kafka: { readonly partitions: number; readonly topicConfiguration: Record<string, number> } };
}
interface Schemas {
  readonly headers: object;
  readonly payload: object;
}
interface Document {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly components: { readonly messages: { readonly record: Schemas; readonly deadLetter: Schemas } };
}

const document = load(readFileSync(path.resolve(__dirname, '../../../docs/asyncapi.yaml'), 'utf8')) as Document;
const names = new StoreNames('abcdef012345');
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

function record(text: string): LogRecord {
  const recordTime = new Date('2026-05-01T00:00:00.123Z');
  const said = { id: 'r1', type: 'epcis.event', data: { text }, meta: { by: 'a' }, contentHash: 'h' };
  return { ...said, stream: '01/09506000134352/10/A', version: 0, position: 7, recordTime };
}

const faults = (schema: object, value: unknown): unknown => {
  const validate = ajv.compile(schema);
  validate(value);
  return validate.errors;
};

describe('docs/asyncapi.yaml', () => {
  it('names the topics that are made, as they are made', () => {
    const described = Object.values(document.channels).map(({ address, bindings: { kafka } }) => ({
      name: address.replace('{storeId}', names.storeId),
      partitions: kafka.partitions,
      retentionMs: kafka.topicConfiguration['retention.ms'],
    }));
    const made = names
      .topics()
      .map(({ name, partitions, retentionMs }) => ({ name, partitions, retentionMs: retentionMs ?? -1 }));
    expect(described).toEqual(made);
  });

  it('describes a record as it goes out, a large one too', () => {
    const { headers, payload } = document.components.messages.record;
    const small = toRecordMessage(record('a'), names.source);
    const large = toRecordMessage(record('a'.repeat(700_000)), names.source);
    expect(faults(headers, small.headers)).toBeNull();
    expect(faults(headers, large.headers)).toBeNull();
    expect(faults(payload, JSON.parse(small.value.toString()))).toBeNull();
    expect(large.headers).toHaveProperty('ce_dataref');
    // Every header that goes out is described.
    const described = Object.keys((headers as { properties: object }).properties);
    expect(Object.keys(large.headers).filter((name) => !described.includes(name))).toEqual([]);
    expect(faults(headers, { ...small.headers, ce_position: '0' })).not.toBeNull();
  });

  it('describes the traces that a record brings along', () => {
    const { headers } = document.components.messages.record;
    const [origin, way] = ['0af7651916cd43dd8448eb211c80319c', '4bf92f3577b34da6a3ce929d0e0e4736'].map(
      (trace) => `00-${trace}-b7ad6b7169203331-01`,
    );
    const traced = { ...record('a'), meta: { by: 'a', traceparent: origin ?? '' } };
    const message = toRecordMessage(traced, names.source, way);
    expect(message.headers).toMatchObject({ ce_traceparent: origin, traceparent: way });
    expect(faults(headers, message.headers)).toBeNull();
    const described = Object.keys((headers as { properties: object }).properties);
    expect(Object.keys(message.headers).filter((name) => !described.includes(name))).toEqual([]);
    expect(readRecordMessage(message, names.source).record).toEqual(traced);
  });

  it('describes a dead letter as it goes out', async () => {
    const messaging = new InProcessMessaging();
    await messaging.ensureTopics(names.topics());
    const sent: Readonly<Record<string, string>>[] = [];
    messaging.publish = (_, messages) => Promise.resolve(void sent.push(...messages.map(({ headers }) => headers)));
    const message = { ...toRecordMessage(record('a'), names.source), topic: names.records, partition: 3, offset: 12n };
    await new DeadLetters(messaging, () => Promise.resolve(names)).put(message, 'trace', 'not JSON', new Date(0));
    const { headers } = document.components.messages.deadLetter;
    expect(faults(headers, sent[0])).toBeNull();
    const required = (headers as { required: string[] }).required;
    const added = Object.keys(sent[0] ?? {}).filter((name) => !(name in message.headers));
    expect(added.sort()).toEqual([...required].sort());
  });
});
