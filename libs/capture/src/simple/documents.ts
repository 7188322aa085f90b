import type { RowReader } from './row-reader';

const WORD_TYPES = /^(?:bol|cert|desadv|inv|pedigree|po|poc|prodorder|recadv|rma|testprd|testres|upevt)$/;

/**
 * `documents`: each `{type?, id}`, or a text (`PO-123`, in a cell also `po:PO-123`); becomes a `bizTransactionList`
 * (EPCIS 2.0, 7.3.5.2). An id that is no URI becomes one.
 */
export function readDocuments(reader: RowReader): { bizTransactionList?: readonly { type?: string; bizTransaction: string }[] } {
  const list = reader.list('documents').flatMap((entry, n) => {
    const { type, id } =
      typeof entry === 'string' ? splitWord(entry) : ((entry as { type?: unknown; id?: unknown } | null) ?? {});
    if (typeof id !== 'string' || id.trim() === '' || id.length > 500 || (type !== undefined && typeof type !== 'string')) {
      reader.fault('documents', 'capture/type', 'must be a text or {type?, id}', `/${n}`);
      return [];
    }
    if (type !== undefined && !WORD_TYPES.test(type)) {
      reader.fault(
        'documents',
        'capture/document-type',
        'must be a CBV business transaction type such as po, desadv, inv',
        `/${n}/type`,
      );
    }
    const bizTransaction = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(id) ? id : `urn:suyuan:document:${encodeURIComponent(id)}`;
    return [{ ...(type === undefined ? {} : { type }), bizTransaction }];
  });
  return list.length === 0 ? {} : { bizTransactionList: list };
}

function splitWord(text: string): { type?: string; id: string } {
  const colon = text.indexOf(':');
  const word = text.slice(0, Math.max(colon, 0));
  return WORD_TYPES.test(word) ? { type: word, id: text.slice(colon + 1) } : { id: text };
}
