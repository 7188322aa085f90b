import { Settings, StartRefusal } from '@suyuan/platform';
import { loadRegimes, RegimeFault } from './load-regimes';
import { RegimeBook } from './regime-book';

/** A slip that is copied through a file would fill screens: the first say what to do. */
const FAULTS_SAID = 3;

/** The profiles of this installation; a wrong one stops the start and says where it is wrong. */
export function regimesFor({ regimesDir }: Pick<Settings, 'regimesDir'>): RegimeBook {
  try {
    return loadRegimes(regimesDir);
  } catch (error) {
    if (error instanceof RegimeFault) throw new StartRefusal(`a regime profile is wrong: ${said(error)}`, 2);
    throw error;
  }
}

function said({ message }: RegimeFault): string {
  const faults = message.split('\n');
  const more = faults.length - FAULTS_SAID;
  return `${faults.slice(0, FAULTS_SAID).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
