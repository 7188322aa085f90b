import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { HolderTaskState } from '../domain/holder-task.state';
import { RecallState } from '../domain/recall.decider';
import { Outcome } from '../processes/decided-stream';
import { RecallStreams } from '../processes/recall-streams';
import { CommandCounts } from './command-counts';
import { ChangeHolderTask, ChangeRecall } from './commands';

/** Decides on a command from the recall's own stream. The bus holds nothing: what is decided is in the log when this resolves. */
@CommandHandler(ChangeRecall)
export class ChangeRecallHandler implements ICommandHandler<ChangeRecall> {
  constructor(
    private readonly streams: RecallStreams,
    private readonly counts: CommandCounts,
  ) {}

  execute({ recallId, command }: ChangeRecall): Promise<Outcome<RecallState>> {
    const name = command.type === 'Move' ? command.move : command.type;
    return this.counts.of(name, () => this.streams.recall(recallId, command));
  }
}

@CommandHandler(ChangeHolderTask)
export class ChangeHolderTaskHandler implements ICommandHandler<ChangeHolderTask> {
  constructor(
    private readonly streams: RecallStreams,
    private readonly counts: CommandCounts,
  ) {}

  execute({ recallId, party, command }: ChangeHolderTask): Promise<Outcome<HolderTaskState>> {
    const name = command.type === 'Answer' ? command.answer.type : command.type;
    return this.counts.of(name, () => this.streams.task(recallId, party, command));
  }
}
