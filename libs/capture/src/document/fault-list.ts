import type { InputFault } from '@suyuan/platform';
import { FAULTS_LISTED_MAX } from '../jobs/capture-job';

/** Faults of one input: the first ones in full, all of them counted. */
export class FaultList {
  readonly listed: InputFault[] = [];
  count = 0;

  add(...faults: readonly InputFault[]): void {
    this.addUnlisted(faults.length - this.list(faults));
  }

  /** Faults of which only the number is known. */
  addUnlisted(count: number): void {
    this.count += count;
  }

  private list(faults: readonly InputFault[]): number {
    const room = Math.max(0, FAULTS_LISTED_MAX - this.listed.length);
    const taken = faults.slice(0, room);
    this.listed.push(...taken);
    this.count += taken.length;
    return taken.length;
  }
}
