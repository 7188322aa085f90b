import { context, diag, DiagLogLevel, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { StartRefusal } from '../settings/start-refusal';
import { switchTracing } from './spans';

/** Spans on their way out. */
export interface Tracing {
  /** Sends what is left, for a few seconds at most, and switches off. */
  stop(): Promise<void>;
}

export interface TracingParts {
  /** `service.name` where the environment gives none. */
  readonly service: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what went wrong on the way to the collector. */
  readonly onTrouble: (message: string) => void;
  /** Instead of the exporter over HTTP: for tests. */
  readonly processor?: SpanProcessor;
}

const GOODBYE_MS = 3_000;
/** A collector that is away is told of once in a while, not with every batch. */
const TROUBLE_EVERY_MS = 60_000;
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] as const;

/**
 * Switches tracing on where the standard variables of OpenTelemetry ask for it: `OTEL_EXPORTER_OTLP_ENDPOINT` or
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` (OTLP over HTTP, JSON), and not `OTEL_SDK_DISABLED`. Headers, time-outs, sampler,
 * batches, service name and resource attributes are read from the environment as its specification says. Where nothing is
 * asked for, not even the libraries are loaded. Throws `StartRefusal` for an address that is none.
 */
export async function startTracing({ service, env, onTrouble, processor }: TracingParts): Promise<Tracing | undefined> {
  const wanted = ENDPOINTS.filter((name) => (env[name] ?? '') !== '');
  const excluded = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none';
  if ((wanted.length === 0 && processor === undefined) || excluded) return undefined;
  for (const name of wanted)
    if (!/^https?:$/.test(protocolOf(env[name] ?? ''))) throw new StartRefusal(`${name} must be an http or https address`, 2);
  const protocol = PROTOCOLS.map((name) => env[name] ?? '').find((text) => text !== '') ?? 'http/json';
  if (protocol !== 'http/json') onTrouble(`traces are sent as http/json, not as ${protocol}`);
  const tell = seldom(onTrouble);
  diag.setLogger(
    { error: tell, warn: tell, info: () => undefined, debug: () => undefined, verbose: () => undefined },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const [{ BasicTracerProvider, BatchSpanProcessor }, { AsyncLocalStorageContextManager }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/resources'),
  ]);
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const known = resources.detectResources({ detectors: [resources.envDetector, resources.serviceInstanceIdDetector] });
  const provider = new BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': service, 'service.namespace': 'suyuan' }).merge(known),
    spanProcessors: [processor ?? new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  switchTracing(true);
  return { stop: () => stop(() => provider.shutdown()) };
}

/** A collector that is away must not keep the process from stopping. */
async function stop(shutdown: () => Promise<void>): Promise<void> {
  switchTracing(false);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
  await Promise.race([shutdown().catch(() => undefined), late]);
  clearTimeout(timer);
  trace.disable();
  context.disable();
  diag.disable();
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : '';
}

/** In nobody's trace: the request whose timer it was is none of its business. */
function seldom(onTrouble: (message: string) => void): (message: string) => void {
  let toldMs = -Infinity;
  return (message) => {
    if (performance.now() - toldMs < TROUBLE_EVERY_MS) return;
    toldMs = performance.now();
    context.with(ROOT_CONTEXT, () => onTrouble(`traces: ${wordsOf(message)}`));
  };
}

/** The exporter writes errors out as JSON, with their stacks. */
function wordsOf(message: string): string {
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
}
