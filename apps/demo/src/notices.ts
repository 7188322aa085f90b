import { Api } from './api';
import { claim } from './claims';
import { Recall } from './recall';
import { Stage } from './stage';

/** What a holder has of one product, as its notice says. */
export interface NoticeQuantity {
  readonly product: string;
  readonly uom: string;
  readonly held: number;
  readonly inTransit: number;
  readonly sold: number;
  readonly consumed: number;
}

export interface Notice {
  readonly id: string;
  readonly recallId: string;
  readonly version: number;
  readonly kind: 'recall' | 'update' | 'reminder' | 'release';
  readonly changes?: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly state: string;
  readonly quantities: readonly NoticeQuantity[];
  readonly languages: Readonly<Record<string, { readonly title: string; readonly text: string }>>;
}

/** A party's notice of one recall, if it has one. */
export async function noticeOf(desk: Api, recallId: string): Promise<Notice | undefined> {
  let cursor: string | undefined;
  do {
    const page = await desk.get<{ items: Notice[]; next?: string }>(
      `/api/v1/notices${cursor === undefined ? '' : `?cursor=${cursor}`}`,
    );
    const found = page.items.find((notice) => notice.recallId === recallId);
    if (found !== undefined) return found;
    cursor = page.next;
  } while (cursor !== undefined);
  return undefined;
}

/** Where an answer is not simply what the notice says. */
interface Deviation {
  /** Of one lot fewer are found than the books say. */
  readonly missing?: { readonly product: string; readonly quantity: number };
  /** Only these are sent back now: the rest has been. */
  readonly disposeOnly?: readonly string[];
}

/** A holder does everything its notice asks for: reads, stops the sale, counts, sends back or destroys. */
export async function answerInFull(stage: Stage, recall: Recall, party: string, deviation: Deviation = {}): Promise<void> {
  const desk = stage.desk(party);
  const by = stage.name(party);
  const notice = await noticeOf(desk, recall.id);
  claim(`${by} has a notice`, notice !== undefined);
  if (notice === undefined) return;
  const path = `/api/v1/notices/${notice.id}`;
  const { missing, disposeOnly } = deviation;
  const counted = notice.quantities.map((one) => ({
    ...one,
    onHand: one.held + one.inTransit - (missing?.product === one.product ? missing.quantity : 0),
  }));
  const lines = counted
    .filter(({ onHand }) => onHand > 0)
    .map(({ product, uom, onHand }) => ({ product, uom, quantity: onHand }));
  await desk.post(`${path}/acknowledge`, { by });
  await desk.post(`${path}/contain`, { lines });
  await desk.post(`${path}/reconcile`, {
    lines: [...counted.map((one) => declared(stage, party, one)), ...passedOn(stage, party, notice)],
  });
  const method = party === stage.code('fuseMaker') ? 'destroyed' : 'returned';
  const away = lines.filter(({ product }) => disposeOnly?.includes(product) ?? true);
  await desk.post(`${path}/dispose`, { lines: away.map((line) => ({ ...line, method, evidence: `protocol of ${by}` })) });
  const { state } = await desk.get<Notice>(path);
  claim(`the notice of ${by} is done`, ['disposed', 'verified'].includes(state), state);
}

/** Lots of which a holder has nothing left: it passed on all that it got. */
function passedOn(stage: Stage, party: string, { quantities }: Notice): object[] {
  return stage.affectedLots
    .filter((lot) => stage.movedOn(lot, party) > 0 && quantities.every(({ product }) => product !== lot))
    .map((product) => ({ product, moved: stage.movedOn(product, party) }));
}

/** Goods that are still on the way are stopped and sent back, but not declared as received. */
function declared(stage: Stage, party: string, line: NoticeQuantity & { readonly onHand: number }): object {
  const { product, uom, onHand, inTransit, sold, consumed } = line;
  return { product, uom, onHand: onHand - inTransit, sold, consumed, moved: stage.movedOn(product, party) };
}
