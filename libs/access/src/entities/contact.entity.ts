import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Personal data of a party's contact; erasable, referred to by its opaque id only. */
@Entity('access_contact', { synchronize: false })
export class ContactEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') party!: string;
  @Column('text') name!: string;
  @Column('text', { nullable: true }) phone!: string | null;
  @Column('text', { nullable: true }) email!: string | null;
}
