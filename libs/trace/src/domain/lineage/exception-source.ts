import { Fact } from '../facts/fact';
import { WorldException } from '../world/ledger';
import { GraphSource, ProductSum } from './graph-source';

/** The goods that a question about exceptions is about. */
export interface ExceptionScope {
  /** Things and products, by key. */
  readonly keys: readonly string[];
  /** Products all of whose serials belong to it. */
  readonly products: readonly string[];
}

/** What one event changed on an account, over all cohorts of a product. */
export interface EventChange {
  readonly eventId: string;
  readonly atMicros: number;
  readonly delta: bigint;
}

/** One account of a product whose changes are wanted: all, or those of one instant. */
export type WantedChanges = Pick<ProductSum, 'product' | 'uom' | 'account'> & { readonly atMicros?: number };

/** What exceptions are judged on. As with `GraphSource`: the projected tables give it, and a replay in memory. */
export interface ExceptionSource extends Pick<GraphSource, 'asOfMicros' | 'things'> {
  /** What the replay objected to, about these things, products and serials; everything without a scope. */
  raisedIn(scope: ExceptionScope | undefined): Promise<WorldException[]>;
  /** Every account in this state of each party that has one below zero, product by product. */
  accountsBelowZero(state: 'held' | 'in_transit', products: readonly string[] | undefined): Promise<ProductSum[]>;
  /** Ways on which goods have been, without a break, since before an instant. */
  lanesSince(beforeMicros: number, products: readonly string[] | undefined): Promise<ProductSum[]>;
  /** One list of changes for each of what is wanted, in that order. */
  changesOn(wanted: readonly WantedChanges[]): Promise<EventChange[][]>;
  /** Standing facts dated later than the question. */
  futureFacts(): Promise<Fact[]>;
}
