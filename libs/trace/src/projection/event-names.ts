import { numbers, Sql, texts } from '@suyuan/platform';

/** Event ids by the log position of their event, and back; 0 stands for no event. Remembered until its owner forgets them. */
export class EventNames {
  private readonly ids = new Map<number, string>();
  private readonly positions = new Map<string, number>();

  constructor(private readonly schema: string) {}

  get size(): number {
    return this.ids.size;
  }

  forget(): void {
    this.ids.clear();
    this.positions.clear();
  }

  /** Events, not declarations of theirs. */
  note(events: Iterable<{ readonly position: number; readonly eventId: string }>): void {
    for (const { position, eventId } of events) {
      const known = this.positions.get(eventId);
      this.ids.set(position, eventId);
      if (known === undefined || position < known) this.positions.set(eventId, position);
    }
  }

  async idsOf(sql: Sql, positions: Iterable<number>): Promise<(position: number) => string> {
    const unknown = [...new Set(positions)].filter((position) => position !== 0 && !this.ids.has(position));
    if (unknown.length > 0) {
      const rows = await sql.query<{ position: number; event_id: string }>(
        `SELECT position, event_id FROM ${this.schema}.fact WHERE position = ANY($1::bigint[])`,
        [numbers(unknown)],
      );
      this.note(rows.map(({ position, event_id }) => ({ position, eventId: event_id })));
    }
    return (position) => this.ids.get(position) ?? '';
  }

  async positionsOf(sql: Sql, eventIds: Iterable<string>): Promise<(eventId: string) => number> {
    const unknown = [...new Set(eventIds)].filter((eventId) => eventId !== '' && !this.positions.has(eventId));
    if (unknown.length > 0) {
      const rows = await sql.query<{ position: number; event_id: string }>(
        // Served by fact_event_id: ids are long, their hashes are not.
        `SELECT position, event_id FROM ${this.schema}.fact
          WHERE hashtextextended(event_id, 0) IN (SELECT hashtextextended(id, 0) FROM unnest($1::text[]) AS id) AND NOT declaration ORDER BY position`,
        [texts(unknown)],
      );
      this.note(rows.map(({ position, event_id }) => ({ position, eventId: event_id })));
    }
    return (eventId) => this.positions.get(eventId) ?? 0;
  }
}
