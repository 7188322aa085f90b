import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { quantile } from './figures';

/** What this process is told, as a file of JSON whose name is its argument. */
export interface LoadOrder {
  readonly url: string;
  readonly questions: readonly (readonly [code: string, verdict: string])[];
  /** Requests a second, at their times whatever the server does; 0: as many as `connections` can carry. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
  readonly key?: string;
}

/** What it says on stdout. Times in milliseconds from when a request was due, so that a stalled server can't hide. */
export interface LoadReport {
  readonly done: number;
  readonly wrong: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** The p99 of every second of its own, and of these the median: what it is when nothing else on the machine interferes. */
  readonly p99OfMedianSecond: number;
  /** The first wrong answer. */
  readonly example?: string;
}

async function load(order: LoadOrder): Promise<LoadReport> {
  const { questions, perSecond, seconds, connections, key } = order;
  const pool = new Pool(order.url, { connections });
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const paths = questions.map(([code]) => `/api/v1/check/${encodeURIComponent(code)}`);
  const times: number[] = [];
  const bySecond: number[][] = [];
  let [wrong, asked] = [0, 0];
  let example: string | undefined;
  const ask = async (dueMs: number): Promise<void> => {
    const number = asked++ % questions.length;
    const { statusCode, body } = await pool.request({ path: paths[number] ?? '', method: 'GET', headers });
    const text = await body.text();
    const took = performance.now() - dueMs;
    times.push(took);
    (bySecond[Math.floor((dueMs - began) / 1000)] ??= []).push(took);
    if (statusCode === 200 && text.includes(`"verdict":"${questions[number]?.[1]}"`)) return;
    wrong += 1;
    example ??= `${statusCode} ${text.slice(0, 300)} for ${questions[number]?.join(' ')}`;
  };
  const began = performance.now();
  const endMs = began + seconds * 1000;
  if (perSecond === 0) {
    const worker = async (): Promise<void> => {
      while (performance.now() < endMs) await ask(performance.now());
    };
    await Promise.all(Array.from({ length: connections }, worker));
  } else {
    const running: Promise<void>[] = [];
    for (let sent = 0; sent < perSecond * seconds;) {
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - began) * perSecond) / 1000) + 1);
      for (; sent < due; sent++) running.push(ask(began + (sent * 1000) / perSecond));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(running);
  }
  const elapsed = (performance.now() - began) / 1000;
  await pool.close();
  return {
    done: times.length,
    wrong,
    perSecond: times.length / elapsed,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    worst: quantile(times, 1),
    p99OfMedianSecond: quantile(
      bySecond.map((second) => quantile(second, 0.99)),
      0.5,
    ),
    ...(example === undefined ? {} : { example }),
  };
}

if (require.main === module) {
  void load(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadOrder).then((report) =>
    process.stdout.write(`${JSON.stringify(report)}\n`),
  );
}
