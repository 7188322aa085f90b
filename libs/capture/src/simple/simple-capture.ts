import type { Principal } from '@suyuan/access';
import { readEvent } from '@suyuan/epcis';
import { EventLogPort, type Json } from '@suyuan/event-log';
import { type InputFault, Problem } from '@suyuan/platform';
import { Injectable } from '@nestjs/common';
import { CaptureCounts } from '../capture-counts';
import { FaultList } from '../document/fault-list';
import { Intake } from '../document/intake';
import { prepareEvent, type PreparedEvent } from '../events/event-record';
import { originOf } from '../events/origin';
import type { ErrorBehaviour } from '../jobs/capture-job';
import { type Row, RowReader } from './row-reader';
import type { Verb } from './verbs/verb';

/** Every built event is read with this; it declares what its ILMD uses. */
const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';

/** The answer to rows: ids in order of the good rows. */
export interface SimpleOutcome {
  readonly position: number;
  readonly eventIds: readonly string[];
  readonly accepted: number;
  readonly duplicates: number;
  readonly errors: readonly InputFault[];
  readonly errorCount: number;
}

/** Captures what people and small systems say in plain rows: each becomes an EPCIS event and goes the same way as any. */
@Injectable()
export class SimpleCapture {
  constructor(
    private readonly log: EventLogPort,
    private readonly counts: CaptureCounts,
  ) {}

  /**
   * Durable when it resolves. A bad row refuses all of them (422 Problem, `errors[]` with row and field), unless told to
   * proceed with the others. The id of an event is the hash of its content: a repeated row is the same event.
   */
  async capture(verb: Verb, rows: readonly Row[], principal: Principal, behaviour: ErrorBehaviour): Promise<SimpleOutcome> {
    const faults = new FaultList();
    const intake = new Intake(this.log, behaviour, faults);
    const eventIds: string[] = [];
    try {
      for (const row of rows) {
        const event = buildEvent(verb, row, principal, faults);
        if (event === undefined && behaviour === 'rollback') await intake.giveUp();
        if (event === undefined) continue;
        eventIds.push(event.eventId);
        await intake.add(event);
      }
      const result = await intake.finish([]);
      if (result === undefined || eventIds.length === 0) {
        this.counts.count('rows', { refused: rows.length });
        throw refused(faults);
      }
      const { position, accepted, duplicates } = result;
      this.counts.count('rows', { captured: accepted, duplicate: duplicates, refused: rows.length - accepted - duplicates });
      return { position, eventIds, accepted, duplicates, errors: faults.listed, errorCount: faults.count };
    } finally {
      await intake.discard();
    }
  }
}

function buildEvent(verb: Verb, row: Row, principal: Principal, faults: FaultList): PreparedEvent | undefined {
  const reader = new RowReader(row);
  const raw = verb(reader) as unknown as { readonly [name: string]: Json };
  reader.refuseUnknown();
  faults.add(...reader.faults);
  if (reader.faults.length > 0) return undefined;
  const read = readEvent(raw, CONTEXT, '');
  if (read.ok) return prepareEvent(read, raw, CONTEXT, row.pointer ?? '', { ...originOf(principal), captureId: null });
  // What the fields let pass and the event's own rules don't: named by its place in the event.
  faults.add(...read.faults.map(({ pointer, rule, message }) => ({ row: row.number, field: pointer.slice(1), rule, message })));
  return undefined;
}

function refused(faults: FaultList): Problem {
  const [first] = faults.listed;
  const more = faults.count - faults.listed.length;
  const detail = first === undefined ? undefined : `Row ${first.row}, ${first.field}: ${first.message}.`;
  return new Problem(
    422,
    'capture/rows-refused',
    'Rows refused',
    detail,
    faults.listed,
    {},
    more > 0 ? { errorsNotListed: more } : {},
  );
}
