import { GraphSource } from '../domain/lineage/graph-source';
import { HistoryEntry, historyPage } from '../domain/lineage/history';

/** A timeline put together from its pages. */
export async function historyOf(source: GraphSource, key: string, limit = 1_000): Promise<HistoryEntry[]> {
  const items: HistoryEntry[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page = await historyPage(source, key, after, limit);
    items.push(...page.items);
    after = page.next;
  }
  return items;
}
