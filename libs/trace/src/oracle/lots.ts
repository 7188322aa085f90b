import { describeKey, gtinOf, lotKey } from '@suyuan/gs1';
import { Step } from './steps';

export interface Claim {
  readonly lot: string;
  readonly step: Step;
}

/** Every lot claimed for every serial; first the one shown: the earliest creation's word, else the earliest listing's. */
export class Lots {
  private readonly claims = new Map<string, Claim[]>();

  constructor(steps: readonly Step[]) {
    const [made, listed]: [string, Claim][][] = [[], []];
    for (const step of steps) {
      const { event, row } = step;
      const isMaking = event.type === 'TransformationEvent';
      if (isMaking && row === 'input') continue;
      const created = row === 'creation' ? (isMaking ? event.outputs : event.epcs) : [];
      const lines = isMaking ? event.outputQuantities : event.quantities;
      for (const { key, lotKey: own } of created) {
        const gtin = gtinOf(key);
        const beside = lines
          .map((line) => line.key)
          .filter((other) => describeKey(other).kind === 'lot' && gtinOf(other) === gtin);
        const ilmd = gtin === undefined || event.lotNumber === undefined ? undefined : lotKey(gtin, event.lotNumber);
        for (const lot of [own, ilmd, ...(gtin === undefined ? [] : beside.sort())])
          if (lot !== undefined) made?.push([key, { lot, step }]);
      }
      const others = isMaking ? event.inputs : [...(row === 'creation' ? [] : event.epcs), ...event.children];
      for (const { key, lotKey: lot } of [...others, ...(event.parent ? [event.parent] : [])])
        if (lot !== undefined) listed?.push([key, { lot, step }]);
    }
    for (const [key, claim] of [...(made ?? []), ...(listed ?? [])]) {
      const known = this.claims.get(key) ?? [];
      if (!known.some(({ lot }) => lot === claim.lot)) this.claims.set(key, [...known, claim]);
    }
  }

  claimsOf(key: string): readonly Claim[] {
    return this.claims.get(key) ?? [];
  }

  of(key: string): string[] {
    return this.claimsOf(key).map(({ lot }) => lot);
  }

  /** The product a thing is counted under: its lot, else its class, else itself. */
  product(key: string): string {
    const gtin = describeKey(key).kind === 'instance' ? gtinOf(key) : undefined;
    return this.of(key)[0] ?? (gtin === undefined ? key : `01/${gtin}`);
  }

  get conflicted(): string[] {
    return [...this.claims.keys()].filter((key) => this.of(key).length > 1);
  }
}
