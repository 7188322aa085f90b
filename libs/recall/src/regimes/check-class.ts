import { Problem } from '@suyuan/platform';
import { Regime } from './regime';

/** @throws a 400 for a class that none of the regimes knows, also where none of them knows any */
export function checkClass(recallClass: string | undefined, regimes: readonly Pick<Regime, 'id' | 'classes'>[]): void {
  if (recallClass === undefined) return;
  const classes = [...new Set(regimes.flatMap((regime) => regime.classes.map(({ id }) => id)))];
  if (classes.includes(recallClass)) return;
  const ids = regimes.map(({ id }) => id).join(', ');
  const message = classes.length === 0 ? `${ids} knows no classes: leave it out` : `class must be one of ${classes.join(', ')}`;
  throw Problem.badRequest('recall/unknown-class', message, [{ pointer: '/class', rule: 'recall/unknown-class', message }]);
}
