import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one party lets another read. */
@Entity('access_share', { synchronize: false })
export class ShareEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') owner!: string;
  @Column('text', { name: 'with_party' }) withParty!: string;
  @Column('text', { array: true, nullable: true }) products!: string[] | null;
  @Column('timestamptz', { name: 'event_from', nullable: true }) from!: Date | null;
  @Column('timestamptz', { name: 'event_until', nullable: true }) until!: Date | null;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt!: Date | null;
}
