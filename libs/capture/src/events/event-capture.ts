import type { Principal } from '@suyuan/access';
import { readEvent } from '@suyuan/epcis';
import { EventLogPort, type Json } from '@suyuan/event-log';
import { type InputFault, Problem } from '@suyuan/platform';
import { Injectable } from '@nestjs/common';
import { CaptureCounts } from '../capture-counts';
import { idFaults } from '../document/document-run';
import { FaultList } from '../document/fault-list';
import { Intake } from '../document/intake';
import { prepareEvent } from './event-record';
import { originOf } from './origin';

type JsonObject = { readonly [name: string]: Json };

/** Captures one bare event (EPCIS 2.0, `POST /events`). */
@Injectable()
export class EventCapture {
  constructor(
    private readonly log: EventLogPort,
    private readonly counts: CaptureCounts,
  ) {}

  /**
   * Durable when it resolves. Throws Problems: 400 with the faults, 409 for an event that is there already, with equal
   * content or other. A declaration may come again, and before its original.
   */
  async capture(raw: unknown, principal: Principal): Promise<{ eventId: string; position: number }> {
    try {
      const { eventId, position, duplicates } = await this.take(raw, principal);
      this.counts.count('event', { captured: 1 - duplicates, duplicate: duplicates });
      return { eventId, position };
    } catch (error) {
      if (error instanceof Problem) this.counts.count('event', error instanceof AlreadyThere ? { duplicate: 1 } : { refused: 1 });
      throw error;
    }
  }

  private async take(raw: unknown, principal: Principal): Promise<{ eventId: string; position: number; duplicates: number }> {
    const context = ((raw as JsonObject | null)?.['@context'] ?? null) as Json;
    const read = readEvent(raw, context, '');
    const faults: readonly InputFault[] = read.ok ? idFaults(read.event.eventId, '') : read.faults;
    if (!read.ok || faults.length > 0) {
      const [first] = faults;
      const detail = first === undefined ? undefined : `${first.pointer ?? ''} ${first.message}.`;
      throw new Problem(400, 'epcisException:ValidationException', 'Event refused', detail, faults.slice(0, 200));
    }
    const event = prepareEvent(read, raw as JsonObject, context, '', { ...originOf(principal), captureId: null });
    const conflicts = new FaultList();
    const intake = new Intake(this.log, 'rollback', conflicts);
    await intake.add(event);
    const result = await intake.finish([]);
    if (result === undefined) throw exists('is in use for an event with other content', conflicts.listed);
    if (result.duplicates > 0 && !event.isDeclaration) throw new AlreadyThere();
    return { eventId: event.eventId, position: result.position, duplicates: result.duplicates };
  }
}

const TYPE = 'epcisException:ResourceAlreadyExistsException';

/** A repeat: the answer says so, and nothing was wrong with the event. */
class AlreadyThere extends Problem {
  constructor() {
    super(409, TYPE, 'Event exists', 'This event id was captured before, with the same content.', []);
  }
}

function exists(how: string, faults: readonly InputFault[]): Problem {
  return new Problem(409, TYPE, 'Event exists', `This event id ${how}.`, faults);
}
