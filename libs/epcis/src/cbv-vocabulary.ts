const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** A vocabulary of the Core Business Vocabulary 2.0: its words and the two URI spellings of each. */
export interface Vocabulary {
  readonly name: string;
  readonly words: ReadonlySet<string>;
  /** Web URI up to the word (`https://ref.gs1.org/cbv/BizStep-`). */
  readonly web: string;
  /** URN up to the word, the spelling of EPCIS 1.x and of XML. */
  readonly urn: string;
}

const cbv = 'https://ref.gs1.org/cbv/';

export const bizSteps: Vocabulary = {
  name: 'business step',
  words: words(
    'accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning departing destroying ' +
      'disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other packing picking receiving removing ' +
      'repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing ' +
      'transporting unloading unpacking void_shipping',
  ),
  web: `${cbv}BizStep-`,
  urn: 'urn:epcglobal:cbv:bizstep:',
};

export const dispositions: Vocabulary = {
  name: 'disposition',
  words: words(
    'active available completeness_inferred completeness_verified conformant container_closed container_open damaged destroyed dispensed disposed ' +
      'encoded expired in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match ' +
      'non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible ' +
      'stolen unavailable unknown',
  ),
  web: `${cbv}Disp-`,
  urn: 'urn:epcglobal:cbv:disp:',
};

export const bizTransactionTypes: Vocabulary = {
  name: 'business transaction type',
  words: words('bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt'),
  web: `${cbv}BTT-`,
  urn: 'urn:epcglobal:cbv:btt:',
};

export const sourceDestTypes: Vocabulary = {
  name: 'source or destination type',
  words: words('location owning_party possessing_party'),
  web: `${cbv}SDT-`,
  urn: 'urn:epcglobal:cbv:sdt:',
};

export const errorReasons: Vocabulary = {
  name: 'error reason',
  words: words('did_not_occur incorrect_data'),
  web: `${cbv}ER-`,
  urn: 'urn:epcglobal:cbv:er:',
};

/** Every vocabulary whose values have URN spellings. */
export const vocabularies: readonly Vocabulary[] = [bizSteps, dispositions, bizTransactionTypes, sourceDestTypes, errorReasons];

const bareWord = /^[a-z][a-z0-9_]*$/;

/**
 * The bare word of a standard value in any spelling, a custom value's URI as it is, or undefined for a bare word the
 * vocabulary does not have (a slip that must not pass as a step nobody knows). `value` has its CURIE expanded already.
 */
export function bareValue(vocabulary: Vocabulary, value: string): string | undefined {
  if (vocabulary.words.has(value)) return value;
  for (const prefix of [vocabulary.web, vocabulary.urn]) {
    if (value.startsWith(prefix) && bareWord.test(value.slice(prefix.length))) return value.slice(prefix.length);
  }
  return value.includes(':') ? value : undefined;
}

/** The web URI of a standard value in any spelling; another value as it is. `value` has its CURIE expanded already. */
export function webValue(vocabulary: Vocabulary, value: string): string {
  if (!value.includes(':')) return vocabulary.web + value;
  return value.startsWith(vocabulary.urn) ? vocabulary.web + value.slice(vocabulary.urn.length) : value;
}
