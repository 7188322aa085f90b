import { checkDigit } from '@suyuan/gs1';

/**
 * GS1 company prefix that GS1 itself uses in its documentation (GS1 Global Office, prefix 950): no product on any market
 * carries it. All keys of the demo are made from it; a real chain has a prefix for each company.
 */
export const EXAMPLE_PREFIX = '9506000';

const withCheckDigit = (digits: string): string => digits + String(checkDigit(digits));
const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** GTIN-14 of an item of ours. @param item 0 to 99999. */
export const gtin = (item: number): string => withCheckDigit(`0${EXAMPLE_PREFIX}${padded(item, 5)}`);

/** GLN. @param party 100 to 999. @param place 0 is the party's own number, 1 to 99 its places. */
export const gln = (party: number, place = 0): string =>
  withCheckDigit(`${EXAMPLE_PREFIX}${padded(party, 3)}${padded(place, 2)}`);

/** SSCC of a pallet. @param serial 0 to 999999999. */
export const sscc = (serial: number): string => withCheckDigit(`1${EXAMPLE_PREFIX}${padded(serial, 9)}`);

const link = (path: string): string => `https://id.gs1.org/${path}`;
export const partyId = (party: number): string => link(`417/${gln(party)}`);
export const placeId = (party: number, place = 0): string => link(`414/${gln(party, place)}`);
export const palletId = (serial: number): string => link(`00/${sscc(serial)}`);
export const lotId = (item: number, lot: string): string => link(`01/${gtin(item)}/10/${lot}`);
export const unitId = (item: number, serial: string): string => link(`01/${gtin(item)}/21/${serial}`);

/** The same things as EPC URNs: some partners still speak them. */
export const lotUrn = (item: number, lot: string): string => `urn:epc:class:lgtin:${EXAMPLE_PREFIX}.0${padded(item, 5)}.${lot}`;
export const placeUrn = (party: number, place = 0): string =>
  `urn:epc:id:sgln:${EXAMPLE_PREFIX}.${padded(party, 3)}${padded(place, 2)}.0`;
export const partyUrn = (party: number): string => `urn:epc:id:pgln:${EXAMPLE_PREFIX}.${padded(party, 3)}00`;
export const classId = (item: number): string => link(`01/${gtin(item)}`);
