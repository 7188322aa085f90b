import { Settings, StartRefusal } from '@suyuan/platform';
import { loadRegimes, RegimeFault } from './load-regimes';
import { RegimeBook } from './regime-book';

/** The profiles of this installation; a wrong one stops the start and says where it is wrong. */
export function regimesFor({ regimesDir }: Pick<Settings, 'regimesDir'>): RegimeBook {
  try {
    return loadRegimes(regimesDir);
  } catch (error) {
    if (error instanceof RegimeFault) throw new StartRefusal(`a regime profile is wrong: ${error.message}`, 2);
    throw error;
  }
}
