/** `*` any run, `?` one character; linear in the length of both (greedy with one step back), so no pattern can hang. */
export function lotPatternMatches(pattern: string, lot: string): boolean {
  let p = 0;
  let l = 0;
  let star = -1;
  let resume = 0;
  while (l < lot.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === lot[l]) && pattern[p] !== '*') {
      p += 1;
      l += 1;
    } else if (pattern[p] === '*') {
      star = p;
      resume = l;
      p += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      l = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
