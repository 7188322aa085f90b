import { Command } from '@nestjs/cqrs';
import { HolderTaskCommand } from '../domain/holder-task.decider';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallCommand, RecallState } from '../domain/recall.decider';
import { Outcome } from '../processes/decided-stream';

/** What somebody asks of one recall, through whatever door it came. Fails with a Problem: 403 or 409 and the name of the refusal. */
export class ChangeRecall extends Command<Outcome<RecallState>> {
  constructor(
    readonly recallId: string,
    readonly command: RecallCommand,
  ) {
    super();
  }
}

/** What somebody says of one holder's task, or to it. Fails as `ChangeRecall` does. */
export class ChangeHolderTask extends Command<Outcome<HolderTaskState>> {
  constructor(
    readonly recallId: string,
    /** Canonical key of the holder. */
    readonly party: string,
    readonly command: HolderTaskCommand,
  ) {
    super();
  }
}
