import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { EgressPolicy } from './egress-policy';

/** Every address a name stands for. Injected, so that a test can play a hostile name server. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Thrown instead of connecting; the message is for the administrator's list of failed deliveries. */
export class EgressRefused extends Error {}

export const resolveBySystem: Resolve = async (hostname) => (await lookup(hostname, { all: true })).map((found) => found.address);

/**
 * An HTTP agent that connects only where the policy allows. A name is resolved once, all of its addresses are judged, and the
 * connection goes to an address that was judged: asking the name server a second time at connect would let it answer
 * something else (DNS rebinding).
 */
export function guardedAgent(policy: EgressPolicy, connectTimeoutMs: number, resolve: Resolve = resolveBySystem): Agent {
  const connectTo = buildConnector({ timeout: connectTimeoutMs });
  return new Agent({
    connections: 8,
    connect: (options, callback) => {
      const connected = (address: string): void => {
        const servername = options.servername ?? (isIP(bare(options.hostname)) === 0 ? options.hostname : undefined);
        const pinned = { ...options, hostname: address, host: address, ...(servername === undefined ? {} : { servername }) };
        connectTo(pinned, (...outcome) => {
          const [error, socket] = outcome;
          if (error !== null) return callback(error, null);
          const refused = policy.refusal(socket.remoteAddress ?? '', options.protocol);
          if (refused === undefined) return callback(null, socket);
          socket.destroy();
          callback(new EgressRefused(refused), null);
        });
      };
      judgedAddress(options.hostname, options.protocol, policy, resolve).then(connected, (error: Error) => callback(error, null));
    },
  });
}

/** The address to connect to. Throws EgressRefused when any address of the name is off limits. */
export async function judgedAddress(hostname: string, protocol: string, policy: EgressPolicy, resolve: Resolve): Promise<string> {
  const literal = bare(hostname);
  const addresses = isIP(literal) === 0 ? await resolve(literal) : [literal];
  for (const address of addresses) {
    const refused = policy.refusal(address, protocol);
    if (refused !== undefined) throw new EgressRefused(refused);
  }
  const chosen = addresses.find((address) => isIP(address) === 4) ?? addresses[0];
  if (chosen === undefined) throw new EgressRefused(`${hostname} has no address`);
  return chosen;
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
