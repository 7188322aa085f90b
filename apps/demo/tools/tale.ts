import { CAST } from './cast';
import { epcisDocument, EpcisEvent, Site, siteOf } from './epcis-writer';
import { Ledger } from './ledger';

/** Words of `/api/v1/events/{word}` that the story uses. */
export type Word = 'production' | 'shipment' | 'receipt' | 'sale' | 'return';

/** One step of the play: a file that one party (or each party its own rows) hands in. */
export interface Step {
  readonly file: string;
  /** What it tells, for the reader of the manifest. */
  readonly about: string;
  /** Party number whose key captures the file; `each`: every row by the party of its place. */
  readonly by: number | 'each';
  /** `epcis`: POST /epcis/capture. Another word: POST /api/v1/events/{word}, as CSV. */
  readonly how: 'epcis' | Word;
  /** `late`: held back until the recall runs. */
  readonly phase: 'before' | 'late';
  readonly content: EpcisEvent | readonly (readonly string[])[];
}

/** The story while it is being told: its files in order, and its books. */
export class Tale {
  readonly steps: Step[] = [];
  readonly ledger = new Ledger();
  private readonly countries = new Map(CAST.map((one) => [one.party, one.country]));

  site(party: number): Site {
    return siteOf(party, this.countries.get(party) ?? 'CN');
  }

  epcis(
    file: string,
    by: number,
    day: string,
    about: string,
    events: readonly EpcisEvent[],
    phase: Step['phase'] = 'before',
  ): void {
    this.steps.push({ file: `${file}.json`, by, about, how: 'epcis', phase, content: epcisDocument(`${day}T20:00:00Z`, events) });
  }

  csv(file: string, by: Step['by'], how: Word, about: string, header: string, rows: readonly (readonly string[])[]): void {
    this.steps.push({ file: `${file}.csv`, by, about, how, phase: 'before', content: [header.split(','), ...rows] });
  }
}
