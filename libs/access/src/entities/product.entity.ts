import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A trade item as all its descriptions leave it. */
@Entity('access_product', { synchronize: false })
export class ProductEntity {
  @PrimaryColumn('text') key!: string;
  @Column('text', { nullable: true }) name!: string | null;
  @Column('text', { name: 'name_zh', nullable: true }) nameZh!: string | null;
  @Column('text', { nullable: true }) brand!: string | null;
  @Column('text', { nullable: true }) category!: string | null;
  @Column('text', { nullable: true }) producer!: string | null;
  @Column('text', { nullable: true }) origin!: string | null;
  @Column('jsonb') attributes!: Record<string, string>;
}
