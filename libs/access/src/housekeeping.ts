import { Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { AnswerStore } from './idempotency/answer-store';
import { PartyContacts } from './parties/party-contacts';

const EVERY_MS = 3_600_000;

/** Erases, at start and every hour, what has outlived its purpose: old idempotent answers, contacts nobody refers to. */
@Injectable()
export class AccessHousekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly answers: AnswerStore,
    private readonly contacts: PartyContacts,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
    void this.sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** A failure is harmless: the next round finds the same rows. */
  private async sweep(): Promise<void> {
    await Promise.allSettled([this.answers.sweep(), this.contacts.sweep()]);
  }
}
