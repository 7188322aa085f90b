export * from './identifier';
export { checkDigit } from './check-digit';
export { parseCode } from './parse-code';
export { decodeEpcHex, encodeSgtin96, encodeSscc96 } from './epc-binary';
export { toElementString, toFnc1String, toUrn } from './spellings';
export {
  classKey,
  describeKey,
  glnOf,
  gtinOf,
  instanceKey,
  isContainer,
  isGs1Key,
  isTradeItem,
  lotKey,
  lotOf,
  partyOfPlace,
  placeOfParty,
  serialOf,
  toUri,
} from './canonical-key';
