import { claim, until } from './claims';
import { partyUri, rowsOf, Step } from './script';
import { Stage } from './stage';

/** Events that a file brought in, and those that were there already. */
export interface Captured {
  readonly accepted: number;
  readonly duplicates: number;
}

interface Job {
  readonly running: boolean;
  readonly success: boolean;
  readonly accepted: number;
  readonly duplicates: number;
}

/** Hands in one file as its party (or parties) would. */
export async function captureStep(stage: Stage, step: Step): Promise<Captured> {
  if (step.how === 'epcis') return captureDocument(stage, step);
  if (step.by !== 'each') return captureRows(stage, step.by, step.how, step.text);
  let total: Captured = { accepted: 0, duplicates: 0 };
  for (const [party, text] of rowsByParty(step.text)) {
    const one = await captureRows(stage, party, step.how, text);
    total = { accepted: total.accepted + one.accepted, duplicates: total.duplicates + one.duplicates };
  }
  return total;
}

/** An EPCIS document: a job that is asked for until it has ended. */
async function captureDocument(stage: Stage, step: Step): Promise<Captured> {
  const desk = stage.desk(step.by);
  const taken = await desk.send('POST', '/epcis/capture', step.text);
  const path = new URL(String(taken.headers['location']), desk.url).pathname;
  const { answer } = await until(`capture of ${step.file}`, async () => {
    const job = await desk.send<Job>('GET', path);
    return job.body.running ? undefined : job.body;
  });
  claim(`${step.file} is captured whole`, answer.success, answer);
  return { accepted: answer.accepted, duplicates: answer.duplicates };
}

/** Rows of a spreadsheet. A repeat may be answered 409: then all of it was there. */
async function captureRows(stage: Stage, party: string, word: string, text: string): Promise<Captured> {
  const answer = await stage
    .desk(party)
    .send<{ eventIds?: string[]; duplicates?: number }>('POST', `/api/v1/events/${word}`, text, 'text/csv', [409]);
  const rows = rowsOf(text).length;
  if (answer.status === 409) return { accepted: 0, duplicates: rows };
  claim(`each of ${rows} rows becomes an event`, answer.body.eventIds?.length === rows, answer.body);
  const duplicates = answer.body.duplicates ?? 0;
  return { accepted: rows - duplicates, duplicates };
}

/** The rows of a CSV file by the party of the place where they happened. */
function rowsByParty(text: string): Map<string, string> {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const byParty = new Map<string, string>();
  for (const [index, row] of rowsOf(text).entries()) {
    const party = partyUri(row['at_place'] ?? row['place'] ?? '');
    byParty.set(party, `${byParty.get(party) ?? `${header}\n`}${lines[index] ?? ''}\n`);
  }
  return byParty;
}
