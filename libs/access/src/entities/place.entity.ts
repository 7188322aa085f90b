import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A place as all its descriptions leave it. */
@Entity('access_place', { synchronize: false })
export class PlaceEntity {
  @PrimaryColumn('text') key!: string;
  @Column('text', { nullable: true }) party!: string | null;
  /** The party that said whose place it is; null for an authority. */
  @Column('text', { name: 'assigned_by', nullable: true }) assignedBy!: string | null;
  @Column('text', { nullable: true }) name!: string | null;
  @Column('text', { nullable: true }) address!: string | null;
  @Column('text', { nullable: true }) country!: string | null;
  @Column('jsonb') attributes!: Record<string, string>;
}
