import { ApiAnswer, CallOptions } from './api';
import { testEventStore } from './event-store';
import { SplitProduct } from './split-product';
import { StandaloneProduct } from './standalone-product';

export { ADMIN_KEY, type ApiAnswer } from './api';

/** The real product, as one process or as many: it can be killed and started again. */
export abstract class ServerProcess {
  /**
   * With SUYUAN_TEST_SPLIT=1 the product runs as its separate services, over the brokers of SUYUAN_TEST_KAFKA_BROKERS; its
   * log is where `testEventStore` says.
   */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const store = await testEventStore();
    const all = { ...store?.settings, ...settings };
    const product =
      process.env['SUYUAN_TEST_SPLIT'] === '1' ? await SplitProduct.start({ settings: all }) : await StandaloneProduct.start(all);
    if (store === undefined) return product;
    const remove = product.remove.bind(product);
    product.remove = async () => {
      await remove();
      await store.close();
    };
    return product;
  }

  /** Where it is reached. */
  abstract readonly url: string;
  /** Starts (again) and waits until it is ready. */
  abstract boot(): Promise<void>;
  /** No warning, no flush, no goodbye. */
  abstract kill(): Promise<void>;
  /** @returns the exit code of an orderly stop */
  abstract stop(): Promise<number | null>;
  /** Stops and leaves nothing behind. */
  abstract remove(): Promise<void>;
  abstract call(method: string, address: string, body?: unknown, options?: CallOptions): Promise<ApiAnswer>;
}

/** A code as a path segment. */
export const segment = (code: string): string => encodeURIComponent(code);
