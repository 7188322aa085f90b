import { Api } from './api';
import { Narrator } from './narrator';
import { partyUri, Script, Standing } from './script';

/** What all acts share. */
export class Stage {
  /** Party URI: its own way into the server. */
  readonly desks = new Map<string, Api>();
  /** Keys made for this play, to be revoked at its end. */
  readonly keyIds: string[] = [];
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    readonly script: Script,
    readonly admin: Api,
    readonly narrator: Narrator,
  ) {
    this.names = new Map(script.parties.map((party) => [partyUri(party['gln'] ?? ''), party['name'] ?? '']));
  }

  desk(party: string): Api {
    const desk = this.desks.get(party);
    if (desk === undefined) throw new Error(`nobody in the play is ${party}`);
    return desk;
  }

  name(party: string): string {
    return this.names.get(party) ?? party;
  }

  code(name: string): string {
    const code = this.script.codes[name];
    if (code === undefined) throw new Error(`the data names no ${name}`);
    return code;
  }

  get regulator(): Api {
    return this.desk(this.code('regulator'));
  }

  /** Whether the recall has been extended to the second lot of fuses. */
  secondLotRecalled = false;

  /** Lots that the recalled fuses are, or went into. */
  get affectedLots(): string[] {
    return [...FIRST_LOTS, ...(this.secondLotRecalled ? SECOND_LOTS : [])].map((name) => this.code(name));
  }

  get secondLots(): string[] {
    return SECOND_LOTS.map((name) => this.code(name));
  }

  /** Goods that a holder did not find when it counted, by lot. */
  readonly missing = new Map<string, number>();

  /** Whether the delivery that is reported late is known: from its own act on, and from the start when the play is played again. */
  lateDeliveryKnown = false;

  /** By the play's own books: who has how much of a lot, by party. */
  booksOf(lot: string): Record<string, Standing> {
    const books: Record<string, Standing> = { ...this.script.standings[lot] };
    if (!this.lateDeliveryKnown) return books;
    for (const { from, to, quantity } of this.script.late.filter((move) => move.lot === lot)) {
      const [sender, receiver] = [books[from] ?? NOTHING, books[to] ?? NOTHING];
      books[from] = { ...sender, held: sender.held - quantity };
      books[to] = { ...receiver, inTransit: receiver.inTransit + quantity };
    }
    return books;
  }

  /** By the play's own books: how much of a lot a party sent on. */
  movedOn(lot: string, party: string): number {
    const late = this.lateDeliveryKnown ? this.script.late.filter((move) => move.lot === lot && move.from === party) : [];
    return late.reduce((sum, { quantity }) => sum + quantity, this.script.sentOn[lot]?.[party] ?? 0);
  }

  /** Parties with something to do in a recall of the fuses: all that ever had any. */
  affectedParties(): Set<string> {
    return new Set(this.affectedLots.flatMap((lot) => Object.keys(this.booksOf(lot))));
  }
}

const FIRST_LOTS = ['fuseLot', 'heaterLot', 'stripLot'];
const SECOND_LOTS = ['goodFuseLot', 'goodHeaterLot'];
const NOTHING: Standing = { held: 0, inTransit: 0, sold: 0, consumed: 0 };

export const lotName = (uri: string): string => uri.split('/10/')[1] ?? uri;
