import type { Json, StagedRecord } from '@suyuan/event-log';
import { createHash } from 'node:crypto';
import { MASTER_DATA_VOCABULARY, type VocabularyData, type VocabularyMeta } from '../events/captured-record';
import type { Origin } from '../events/event-record';

type JsonObject = { readonly [name: string]: Json };

interface Header {
  readonly epcisMasterData?: {
    readonly vocabularyList?: readonly {
      readonly type: string;
      readonly vocabularyElementList?: readonly ({ readonly id: string } & JsonObject)[];
    }[];
  };
}

/**
 * The vocabulary elements of an `epcisHeader` that `readDocumentHeader` accepted (EPCIS 2.0, 9.4), a record each. Ids
 * are new with every capture: the last word on a place counts, and it may go back to an earlier one.
 */
export function masterDataRecords(header: unknown, origin: Origin & { readonly captureId: string }): StagedRecord[] {
  const vocabularies = (header as Header | undefined)?.epcisMasterData?.vocabularyList ?? [];
  const elements = vocabularies.flatMap(({ type, vocabularyElementList = [] }) =>
    vocabularyElementList.map((element) => ({ type, element })),
  );
  return elements.map((data: VocabularyData, number) => {
    const meta: VocabularyMeta = origin;
    return {
      id: `vocabulary|${origin.captureId}|${number}`,
      stream: `masterdata:${createHash('sha256').update(String(data.element['id'])).digest('hex')}`,
      type: MASTER_DATA_VOCABULARY,
      data: data as unknown as Json,
      meta: meta as unknown as JsonObject,
    };
  });
}
