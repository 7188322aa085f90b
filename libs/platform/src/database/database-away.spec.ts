import { isDatabaseAway } from './database-away';

const failed = (more: object): Error => Object.assign(new Error('it failed'), more);

describe('isDatabaseAway', () => {
  it.each([
    ['a lost connection', failed({ code: '08006' })],
    ['no room on the disk', failed({ code: '53100' })],
    ['no connection left', failed({ code: '53300' })],
    ['a shutdown', failed({ code: '57P01' })],
    ['a start', failed({ code: '57P03' })],
    ['a file that can not grow', failed({ code: '58030' })],
    ['a file at its limit', failed({ code: 'XX000', message: 'could not extend file "base/1/2": File too large' })],
    ['nobody at the port', failed({ code: 'ECONNREFUSED', syscall: 'connect' })],
    ['no socket file', failed({ code: 'ENOENT', syscall: 'connect' })],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
  ])('says so of %s', (_, error) => expect(isDatabaseAway(error)).toBe(true));

  it.each([
    ['a missing table', failed({ code: '42P01' })],
    ['a unique violation', failed({ code: '23505' })],
    ['a cancelled statement', failed({ code: '57014' })],
    ['another internal error', failed({ code: 'XX000' })],
    ['a missing file', failed({ code: 'ENOENT', syscall: 'open' })],
    ['an error of ours', new Error('no bundle is known')],
    ['no error at all', '53100'],
  ])('does not of %s', (_, error) => expect(isDatabaseAway(error)).toBe(false));
});
