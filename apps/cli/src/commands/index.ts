import { Command } from '../command';
import { rebuild, verify } from './admin.commands';
import { deadLetterCommands } from './dead-letter.commands';
import { verifyArchiveCommand } from './archive.command';
import { exportCommands } from './export.commands';
import { importFiles } from './import.command';
import { partyCommands } from './party.commands';
import { recallCommands } from './recall.commands';
import { balance, check, history, holders, trace } from './trace.commands';

/** Everything the command line can do, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  importFiles,
  trace,
  holders,
  history,
  balance,
  check,
  ...recallCommands,
  ...exportCommands,
  verifyArchiveCommand,
  ...partyCommands,
  ...deadLetterCommands,
  verify,
  rebuild,
];
