import { type LogRow, toRecord } from './log-rows';

const row = (parts: Partial<LogRow> = {}): LogRow => ({
  position: 7,
  id: 'e1',
  stream: 's',
  version: 3,
  type: 'epcis.event',
  data: '{"a":[1,null]}',
  meta: '{"b":"c"}',
  content_hash: null,
  record_time: new Date(0),
  ...parts,
});

describe('A record of the log', () => {
  it('is the same whether it is read, copied or sent on', () => {
    const whole = {
      id: 'e1',
      type: 'epcis.event',
      data: { a: [1, null] },
      meta: { b: 'c' },
      stream: 's',
      version: 3,
      position: 7,
      recordTime: new Date(0),
    };
    expect(toRecord(row())).toEqual(whole);
    expect({ ...toRecord(row()) }).toEqual(whole);
    expect(JSON.parse(JSON.stringify(toRecord(row({ content_hash: 'h' }))))).toEqual({
      ...whole,
      contentHash: 'h',
      recordTime: '1970-01-01T00:00:00.000Z',
    });
    expect(toRecord(row({ data: 'null' })).data).toBeNull();
  });

  it('has a document parsed only for whoever wants it, and once', () => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      const record = toRecord(row());
      expect(parse).not.toHaveBeenCalled();
      expect(record.meta).toBe(record.meta);
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });
});
