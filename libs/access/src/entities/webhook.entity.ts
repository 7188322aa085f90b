import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a party wants its notices, and the secret they are signed with. */
@Entity('access_webhook', { synchronize: false })
export class WebhookEntity {
  @PrimaryColumn('text') party!: string;
  @Column('text') url!: string;
  @Column('text') secret!: string;
  @Column('text', { name: 'previous_secret', nullable: true }) previousSecret!: string | null;
  @Column('timestamptz', { name: 'previous_until', nullable: true }) previousUntil!: Date | null;
}
