/** Data titles that GS1 Digital Link allows instead of the digits (URI Syntax, convenience alphas of release 1.1, still met in print). */
const shortNames: Readonly<Record<string, string>> = {
  gtin: '01',
  itip: '8006',
  cpid: '8010',
  gln: '414',
  party: '417',
  gsrnp: '8017',
  gsrn: '8018',
  gcn: '255',
  sscc: '00',
  gdti: '253',
  ginc: '401',
  gsin: '402',
  grai: '8003',
  giai: '8004',
  cpv: '22',
  lot: '10',
  ser: '21',
  tpx: '235',
  glnx: '254',
  cpsn: '8011',
  srin: '8019',
};

/** The application identifier a Digital Link path segment stands for: its digits, or a short name translated. */
export const aiOfSegment = (segment: string): string => {
  const name = segment.toLowerCase();
  return Object.hasOwn(shortNames, name) ? (shortNames[name] ?? segment) : segment;
};

/**
 * Total length (AI and data) by the first two digits of the AI, for the identifiers whose length is predefined and that
 * need no FNC1 after them (General Specifications, figure 7.8.5-2). The list is closed for ever, by GS1's own rule.
 */
const predefinedLength: Readonly<Record<string, number>> = {
  '00': 20,
  '01': 16,
  '02': 16,
  '03': 16,
  '04': 18,
  '11': 8,
  '12': 8,
  '13': 8,
  '14': 8,
  '15': 8,
  '16': 8,
  '17': 8,
  '18': 8,
  '19': 8,
  '20': 4,
  '31': 10,
  '32': 10,
  '33': 10,
  '34': 10,
  '35': 10,
  '36': 10,
  '41': 16,
};

/** Number of digits of an AI by its first two digits (General Specifications, section 3.2). */
const aiDigits: Readonly<Record<string, number>> = {
  '00': 2,
  '01': 2,
  '02': 2,
  '03': 2,
  '04': 2,
  '10': 2,
  '11': 2,
  '12': 2,
  '13': 2,
  '15': 2,
  '16': 2,
  '17': 2,
  '20': 2,
  '21': 2,
  '22': 2,
  '23': 3,
  '24': 3,
  '25': 3,
  '30': 2,
  '31': 4,
  '32': 4,
  '33': 4,
  '34': 4,
  '35': 4,
  '36': 4,
  '37': 2,
  '39': 4,
  '40': 3,
  '41': 3,
  '42': 3,
  '43': 4,
  '70': 4,
  '71': 3,
  '72': 4,
  '80': 4,
  '81': 4,
  '82': 4,
  '90': 2,
  '91': 2,
  '92': 2,
  '93': 2,
  '94': 2,
  '95': 2,
  '96': 2,
  '97': 2,
  '98': 2,
  '99': 2,
};

/** The AI at the front of an unbracketed element string, or undefined for digits that begin none. */
export function leadingAi(text: string): string | undefined {
  const length = aiDigits[text.slice(0, 2)];
  const ai = length === undefined ? '' : text.slice(0, length);
  return ai.length === length && /^\d+$/.test(ai) ? ai : undefined;
}

/** How many data characters follow `ai` without a separator, or undefined when they run to the next FNC1. */
export function fixedDataLength(ai: string): number | undefined {
  const total = predefinedLength[ai.slice(0, 2)];
  return total === undefined ? undefined : total - ai.length;
}

/** Whether brackets around these digits can be an AI. */
export const isKnownAi = (ai: string): boolean => aiDigits[ai.slice(0, 2)] === ai.length;
