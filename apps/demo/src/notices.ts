import { Api } from './api';
import { claim } from './claims';

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

/** A holder does everything a notice asks for: reads, stops the sale, counts, sends back or destroys. */
export async function answerInFull(desk: Api, notice: Notice, by: string, method: 'returned' | 'destroyed'): Promise<void> {
  const path = `/api/v1/notices/${notice.id}`;
  const onHand = notice.quantities.map(({ product, uom, held, inTransit }) => ({ product, uom, quantity: held + inTransit }));
  const lines = onHand.filter((line) => line.quantity > 0);
  await desk.post(`${path}/acknowledge`, { by });
  await desk.post(`${path}/contain`, { lines });
  await desk.post(`${path}/reconcile`, {
    lines: notice.quantities.map(({ product, uom, held, inTransit, sold, consumed }) => ({
      product,
      uom,
      onHand: held + inTransit,
      sold,
      moved: 0,
      consumed,
      destroyed: 0,
      returned: 0,
      lost: 0,
    })),
  });
  await desk.post(`${path}/dispose`, { lines: lines.map((line) => ({ ...line, method, evidence: `protocol of ${by}` })) });
  const after = await desk.get<Notice>(path);
  claim(`the notice of ${by} is done`, ['disposed', 'verified', 'done'].includes(after.state), after.state);
}
