/** Few keys, so that events of a random world meet. */
function withCheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return digits + String((10 - (sum % 10)) % 10);
}

const gln = (n: number): string => withCheckDigit(`9506000${String(20_000 + n)}`);

export const gtins = [1, 2, 3].map((n) => `01/${withCheckDigit(`0950600${String(100_000 + n)}`)}`);
export const lots = gtins.flatMap((product) => ['A', 'B'].map((name) => `${product}/10/${name}`));
export const serials = gtins.flatMap((product) => ['1', '2', '3', '4'].map((name) => `${product}/21/${name}`));
export const containers = [
  `00/${withCheckDigit('09506000100000001')}`,
  `00/${withCheckDigit('09506000100000002')}`,
  `8003/0${withCheckDigit('950600077777')}1`,
];
export const parties = [1, 2, 3, 4].map((n) => `417/${gln(n)}`);
export const placeOf = (party: string | undefined): string => `414/${String(party).slice(4)}`;
/** A place that no GLN names; a world may say in its master data whose it is. */
export const YARD = 'https://places.example/yard';
/** A thing under a key of no scheme. */
export const KIT = 'https://things.example/kit/1';
export const places = [...parties.map(placeOf), `${placeOf(parties[0])}/254/dock`, YARD];

const DAY = 86_400_000_000;
/** Event times: close together, but for the last, which is past any lane's limit. */
export const times = [0, 3_600_000_000, DAY, 2 * DAY, 3 * DAY + 250_000, 30 * DAY].map((after) => 1_767_225_600_000_000 + after);

/** Every code that such a world can be asked about. */
export const codes: readonly string[] = [...gtins, ...lots, ...serials, ...containers, KIT];
