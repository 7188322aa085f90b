import fc from 'fast-check';
import { Fact } from '../domain/facts/fact';
import { parties, times, YARD } from './alphabet';
import { arbitraryStory, Said } from './stories';
import { told } from './telling';

/** What a log holds, in the order it came, and the master data beside it. */
export interface SupplyChain {
  readonly facts: readonly Fact[];
  /** Party of a place, where master data says it. */
  readonly places: ReadonlyMap<string, string>;
  /** Times that questions are asked about, the last after every event. */
  readonly asOf: readonly number[];
}

const DECLARERS = ['capturer', 'capturer', 'authority', 'stranger'] as const;
const ADMINISTRATOR = { capturingParty: null, byAuthority: true };

/** Most events are captured by the party of their place, some by a fourth party, some by an administrator. */
function captured({ type, at, told: said }: Said, index: number): Fact {
  const eventTimeMicros = times[Math.min(at, times.length - 1)] ?? 0;
  const event = told(type, `urn:event:${String(index).padStart(3, '0')}`, { eventTimeMicros, ...said });
  const place = event.readPoint ?? event.bizLocation;
  const own = place?.startsWith('414/') === true ? `417/${place.slice(4, 17)}` : null;
  const base = { position: 0, recordTimeMicros: 0, event, declaration: false };
  if (index % 10 === 0) return { ...base, ...ADMINISTRATOR };
  return { ...base, capturingParty: index % 10 === 1 ? (parties[3] ?? null) : own, byAuthority: false };
}

function declared(fact: Fact, by: (typeof DECLARERS)[number]): Fact {
  const voided = { ...fact, declaration: true };
  if (by === 'authority') return { ...voided, ...ADMINISTRATOR };
  return by === 'stranger' ? { ...voided, capturingParty: '417/0000000000000', byAuthority: false } : voided;
}

/** The same captures in another order. */
export const numbered = (facts: readonly Fact[]): Fact[] =>
  facts.map((fact, index) => ({ ...fact, position: index + 1, recordTimeMicros: (index + 1) * 1_000_000 }));

/**
 * Supply chains of 1 to `most` events: production, packing, shipping, sale, returns, re-used pallets, transformations,
 * parts in products and contradictions. Some are declared wrong, before or after they come; some come late.
 */
export function arbitrarySupplyChain(most: number): fc.Arbitrary<SupplyChain> {
  return fc
    .record({
      stories: fc.array(arbitraryStory, { minLength: 1, maxLength: Math.max(1, Math.ceil(most / 2)) }),
      voided: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...DECLARERS)), { maxLength: most > 6 ? 3 : 1 }),
      late: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }),
      owner: fc.option(fc.constantFrom(...parties)),
    })
    .filter(({ stories }) => stories.flat().length > 0)
    .map(({ stories, voided, late, owner }) => {
      const facts = stories.flat().slice(0, most).map(captured);
      facts.sort((a, b) => a.event.eventTimeMicros - b.event.eventTimeMicros);
      const declarations = voided.map(([which, by]) => declared(facts[which % facts.length] as Fact, by));
      const all = [...facts, ...declarations];
      for (const [from, to] of late) all.splice(to % all.length, 0, ...all.splice(from % all.length, 1));
      const places = new Map(owner === null ? [] : [[YARD, owner]]);
      const last = (times.at(-1) ?? 0) + 20 * 86_400_000_000;
      return { facts: numbered(all), places, asOf: [times[2] ?? 0, last] };
    });
}
