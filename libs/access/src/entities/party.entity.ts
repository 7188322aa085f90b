import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A party as its facts leave it; `registered` is false for one that only captured master data names. */
@Entity('access_party', { synchronize: false })
export class PartyEntity {
  @PrimaryColumn('text') id!: string;
  @Column('boolean') registered!: boolean;
  @Column('text') name!: string;
  @Column('text', { array: true }) roles!: string[];
  @Column('text', { array: true }) places!: string[];
  @Column('text', { name: 'contact_ids', array: true }) contactIds!: string[];
  @Column('timestamptz', { name: 'registered_at', nullable: true }) registeredAt!: Date | null;
}
