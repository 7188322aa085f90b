import {
  checkDigit,
  classKey,
  describeKey,
  gtinOf,
  instanceKey,
  isContainer,
  isTradeItem,
  lotKey,
  lotOf,
  partyOfPlace,
  placeOfParty,
  serialOf,
  toElementString,
  toFnc1String,
  toUri,
  toUrn,
} from './index';

test('check digits', () => {
  expect(checkDigit('0950600013435')).toBe(2);
  expect(checkDigit('34012345111111111')).toBe(1);
  expect(checkDigit('401234500005')).toBe(4);
});

test('keys are built from what is printed', () => {
  expect(classKey('9506000134352')).toBe('01/09506000134352');
  expect(lotKey('9506000134352', 'L/1')).toBe('01/09506000134352/10/L%2F1');
  expect(instanceKey('09506000134352', 'S 1')).toBe('01/09506000134352/21/S%201');
  expect(lotKey('09506000134352', '批1')).toBe('01/09506000134352/10/%E6%89%B91');
  expect(lotOf(lotKey('09506000134352', '批1'))).toBe('批1');
});

test('keys tell what they name', () => {
  expect([gtinOf('01/09506000134352/21/1'), gtinOf('00/340123451111111111'), gtinOf('https://x.example/01/2')]).toEqual([
    '09506000134352',
    undefined,
    undefined,
  ]);
  expect([lotOf('01/09506000134352/10/A%2F'), lotOf('01/09506000134352/21/1'), lotOf('https://x.example/10/1')]).toEqual([
    'A/',
    undefined,
    undefined,
  ]);
  expect([serialOf('01/09506000134352/21/1'), serialOf('8010/4012345ABC/8011/12'), serialOf('00/340123451111111111')]).toEqual([
    '1',
    '12',
    undefined,
  ]);
  expect(
    ['01/09506000134352', '8006/040123451234560102', '8010/4012345ABC', '00/340123451111111111', 'urn:x:1'].map(isTradeItem),
  ).toEqual([true, true, true, false, false]);
  expect(['00/340123451111111111', '8003/04012345000221A', '8004/4012345A', '01/09506000134352'].map(isContainer)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a place and the party with its digits', () => {
  expect(partyOfPlace('414/4012345000054/254/7')).toBe('417/4012345000054');
  expect(partyOfPlace('https://shop.example/berlin')).toBeUndefined();
  expect(placeOfParty('417/4012345000054')).toBe('414/4012345000054');
});

test('a text that is no key of ours is described as opaque', () => {
  expect(describeKey('urn:uuid:1')).toEqual({ key: 'urn:uuid:1', kind: 'opaque' });
  expect(describeKey('8010/xx')).toEqual({ key: '8010/xx', kind: 'opaque' });
  expect(describeKey('')).toEqual({ key: '', kind: 'opaque' });
});

test('spellings of a key', () => {
  expect(toUri('01/09506000134352/21/1')).toBe('https://id.gs1.org/01/09506000134352/21/1');
  expect(toUri('urn:uuid:1')).toBe('urn:uuid:1');
  expect(toElementString('01/09506000134352/10/a%28b')).toBe('(01)09506000134352(10)a\\(b');
  expect(toFnc1String('8010/4012345ABC/8011/12')).toBe(']C180104012345ABC\x1d801112');
  expect(toElementString('urn:uuid:1')).toBeUndefined();
  expect(toUrn('01/04012345111118/21/98%22', 7)).toBe('urn:epc:id:sgtin:4012345.011111.98%22');
  expect(toUrn('01/04012345111118/10/a%28', 7)).toBe('urn:epc:class:lgtin:4012345.011111.a(');
  expect(toUrn('414/4012345000054', 7)).toBe('urn:epc:id:sgln:4012345.00005.0');
  expect(toUrn('253/98765999999929', 12)).toBe('urn:epc:id:gdti:987659999999..9');
  expect(toUrn('urn:uuid:1', 7)).toBeUndefined();
  expect(toUrn('01/04012345111118', 5)).toBeUndefined();
});
